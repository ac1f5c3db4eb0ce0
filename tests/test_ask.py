"""Questions in plain English: how each is read, what is refused, and what the seeds answer."""

import fcntl
import json
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import Result
from command import ROOT, SEEDS, environment, typed, typed_on, without_basis
from domain import READERS, Story, clash, given, infiltration
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from cli.main import cli
from events.when import zone_of
from timeline import NotUnderstood, Timeline, open_timeline
from timeline.asof import AsOf
from timeline.parties import Party, PartyBook
from timeline.questions.ask import Reading, ask
from timeline.questions.ask.parse import keywords
from timeline.questions.ask.topics import STATUSES, TOPICS
from timeline.questions.only import KINDS

TODAY = date(2025, 11, 5)
"""A Wednesday, nine days after the newest report of the seeds."""

TABLE = """
Mariupol Feb-May 2022
  history Mariupol --from 2022-02-01 --to 2022-05-31
what happened in Bakhmut in May-June 2023
  history Bakhmut --from 2023-05-01 --to 2023-06-30
what did President Zelenskyy say about Pokrovsk
  known Pokrovsk --party ua.zelenskyy
who denies losing Bakhmut
  known Bakhmut --facet control
is Ukraine losing Bakhmut
  known Bakhmut --facet control
which denials are there about Pokrovsk
  claims Pokrovsk
denials by Russia about Pokrovsk
  claims Pokrovsk --party ru
what did we know on Nov 1 2025 about Pokrovsk on Oct 27
  known Pokrovsk --valid 2025-10-27 --known 2025-11-01
what did we know by 2025-10-27 about control of Pokrovsk as of 2025-10-20
  known Pokrovsk --valid 2025-10-20 --known 2025-10-27 --facet control
what did ISW say on 2025-10-27 about Pokrovsk on 2025-10-20
  known Pokrovsk --valid 2025-10-20 --known 2025-10-27 --party isw
what happened in Bakhmut in the week of 15 May 2023
  history Bakhmut --from 2023-05-15 --to 2023-05-21
what did we know about Pokrovsk in the week of Oct 22
  known Pokrovsk 2025-10-26 --window 7
was Bakhmut lost to Russia
  history Bakhmut --facet control
situation across Donetsk Oblast
  known 'Donetsk Oblast'
how many air strikes hit Kherson in November 2022
  known Kherson --valid 2022-11-30 --window 30 --kind air_strike
did drones hit Kherson in May 2022
  history Kherson --from 2022-05-01 --to 2022-05-31 --kind drone_activity
# What was known: both clocks on the day asked about.
what did we know about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27
What did we know about Pokrovsk on October 27, 2025?
  known Pokrovsk 2025-10-27
what did we know about Pokrovsk on 27 October 2025
  known Pokrovsk 2025-10-27
what did we know about Pokrovsk on the 27th of October
  known Pokrovsk 2025-10-27
what did we know about Pokrovsk on Monday, Oct 27
  known Pokrovsk 2025-10-27
what did we know about Pokrovsk by 2025-10-27
  known Pokrovsk 2025-10-27
what do we know about Pokrovsk
  known Pokrovsk
what did you know about Pokrovsk by 27 Oct.
  known Pokrovsk 2025-10-27
what was known about Pokrovsk on 2025-10-27
  known Pokrovsk 2025-10-27
what had been reported about Pokrovsk by Oct 26
  known Pokrovsk 2025-10-26
what was reported about Pokrovsk on Oct 26
  known Pokrovsk 2025-10-26
what did we believe about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27
what is the latest on Pokrovsk
  known Pokrovsk
what is known about Pokrovsk so far
  known Pokrovsk
On 27 Oct 2025, what was known about the situation in Pokrovsk?
  known Pokrovsk 2025-10-27
Pokrovsk
  known Pokrovsk
Pokrovsk 2025-10-27
  known Pokrovsk 2025-10-27
Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27
tell me about Pokrovsk as of Oct 27
  known Pokrovsk 2025-10-27
situation in Donetsk Oblast on 2025-10-27
  known 'Donetsk Oblast' 2025-10-27
what is the situation in Pokrovsk
  known Pokrovsk
what's the situation in Pokrovsk right now?
  known Pokrovsk
how did things stand in Bakhmut on 2023-05-21
  known Bakhmut 2023-05-21
what did we know about Pokrovsk in October
  known Pokrovsk 2025-10-31 --window 31
what did we know about Bakhmut in May 2023
  known Bakhmut 2023-05-31 --window 31
what did we know about Bakhmut in 2023
  known Bakhmut 2023-12-31 --window 365
what did we know about Bakhmut by 2023
  known Bakhmut 2023-12-31
what did we know about control of Bakhmut in May 2023
  known Bakhmut 2023-05-31 --window 31 --facet control
air strikes in Kherson in November 2022
  known Kherson 2022-11-30 --window 30 --kind air_strike
who reported air strikes in Kherson in November 2022
  known Kherson 2022-11-30 --window 30 --kind air_strike
what did Reuters claim about strikes in Kherson in Q4 2022
  known Kherson 2022-12-31 --window 92 --facet fighting --party reuters
what do we know now about fighting in Pokrovsk in October
  known Pokrovsk --valid 2025-10-31 --window 31 --facet fighting
what did we know about Pokrovsk before Oct 27
  known Pokrovsk 2025-10-26
what did we know about Pokrovsk on 2025-10-27T12:00Z
  known Pokrovsk 2025-10-27T12:00Z
what was known about logistics in Pokrovsk on Oct 26
  known Pokrovsk 2025-10-26 --facet logistics
what was the state of supply in Pokrovsk on Oct 26
  known Pokrovsk 2025-10-26 --facet logistics
what did we know about control of Bakhmut on 2023-05-21
  known Bakhmut 2023-05-21 --facet control
what did we know about infiltration in Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --kind infiltration
drone strikes on Kherson in November 2022
  known Kherson 2022-11-30 --window 30 --kind drone_activity
what did we know about drones in Pokrovsk
  known Pokrovsk --kind drone_activity
what did we know about Pokrovske on Oct 27
  known Pokrovske 2025-10-27

# Places in any spelling and script, by id, and with what lies above.
what did we know about Покровськ on Oct 27
  known Pokrovsk 2025-10-27
what did we know about Авдеевка
  known Avdiivka
what did we know about “Покровск”?
  known Pokrovsk
what do we know about Мар’їнка
  known Marinka
what did we know about Kiev
  known Kyiv
what did we know about Artemivsk on 2023-05-21
  known Bakhmut 2023-05-21
what did we know about Chasiv Yar on Oct 27
  known 'Chasiv Yar' 2025-10-27
what did we know about Pokrovsk, Donetsk Oblast on Oct 27
  known Pokrovsk 2025-10-27
what did we know about Kherson, Kherson Oblast on 2022-11-11T15:13Z
  known Kherson 2022-11-11T15:13Z
what did we know about iso:UA-14 on 2025-10-27
  known 'Donetsk Oblast' 2025-10-27
what did we know about the Donetsk region on 2025-10-27
  known 'Donetsk Oblast' 2025-10-27
what did we know around Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27

# One day on one clock, another on the other.
what do we know now about Pokrovsk on Oct 27
  known Pokrovsk --valid 2025-10-27
what do we know today about Pokrovsk on Oct 27
  known Pokrovsk --valid 2025-10-27
what was known about Bakhmut on 2023-05-21 as known on 2023-06-01
  known Bakhmut --valid 2023-05-21 --known 2023-06-01
what did we know about Pokrovsk as of Oct 27 as known now
  known Pokrovsk --valid 2025-10-27

# The third clock.
what did we know about Pokrovsk on Oct 27 as recorded by 2025-11-01
  known Pokrovsk 2025-10-27 --recorded 2025-11-01
who held Bakhmut on 2023-05-21, as known on 2023-05-22, as recorded on 1 November 2025
  known Bakhmut --valid 2023-05-21 --known 2023-05-22 --facet control --recorded 2025-11-01
what changed in Pokrovsk between Oct 20 and Oct 27 as recorded by 2025-11-01
  diff Pokrovsk 2025-10-20 2025-10-27 --recorded 2025-11-01
claims of DeepState about Pokrovsk as filed by 2025-11-01
  claims Pokrovsk --party deepstate --recorded 2025-11-01

# At a time of day.
what did we know about Kherson on 2022-11-11 at 15:00 UTC
  known Kherson 2022-11-11T15:00Z
who held Kherson at 15:13Z on 11 November 2022
  known Kherson --valid 2022-11-11T15:13Z --facet control
what happened in Kherson on 2022-11-11 at 15:00 UTC
  history Kherson --from 2022-11-11T15:00Z --to 2022-11-11T15:00Z
what happened in Kherson since 11 November 2022 at 15:00 UTC
  history Kherson --from 2022-11-11T15:00Z --to 2025-11-05
what changed in Kherson since 11 November 2022 15:00+02:00
  diff Kherson 2022-11-11T15:00+02:00 2025-11-05 --window 1090

# Known by a party.
what did the General Staff say about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --party ua.general_staff
what did Zelenskyy say about logistics in Pokrovsk
  known Pokrovsk --facet logistics --party ua.zelenskyy
what did Zelensky claim about Pokrovsk on Oct 26
  known Pokrovsk 2025-10-26 --party ua.zelenskyy
what has DeepState reported about Pokrovsk
  known Pokrovsk --party deepstate
what does Wikipedia say about Bakhmut
  known Bakhmut --party wikipedia
according to DeepState, what was known about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --party deepstate
Pokrovsk according to DeepState
  known Pokrovsk --party deepstate
what was known by DeepState about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --party deepstate
what did Reuters know about Donbas on Oct 27
  known Donbas 2025-10-27 --party reuters
what did Russia say about Pokrovsk
  known Pokrovsk --party ru
what did we know about Pokrovsk day by day in October 2025
  replay Pokrovsk --from 2025-09-30 --to 2025-10-31
Pokrovsk day by day in October 2025
  history Pokrovsk --from 2025-10-01 --to 2025-10-31
what did the Russian Defence Ministry say about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --party ru.mod
what did the russian defense ministry say about Pokrovsk
  known Pokrovsk --party ru.mod
what was said by Zelensky about Pokrovsk on Oct 26 and Oct 27
  diff Pokrovsk 2025-10-25 2025-10-27 --party ua.zelenskyy
what has been reported by Zelensky about Pokrovsk between Oct 26 and Oct 27
  diff Pokrovsk 2025-10-25 2025-10-27 --party ua.zelenskyy
what was known about control of Pokrovsk between Oct 26 and Oct 27
  replay Pokrovsk --from 2025-10-26 --to 2025-10-27 --facet control
what did Ukraine say about Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --party ua
what did the Russian Ministry of Defence claim about Pokrovsk
  known Pokrovsk --party ru.mod
what did ua.7corps say about Pokrovsk
  known Pokrovsk --party ua.7corps
what the 7th Rapid Response Corps said about Pokrovsk
  known Pokrovsk --party ua.7corps

# Who claims what.
who claims control of Bakhmut
  known Bakhmut --facet control
who claims what about Bakhmut
  known Bakhmut
who claimed control of Bakhmut on 2023-05-21
  known Bakhmut 2023-05-21 --facet control
who says what about Avdiivka
  known Avdiivka
who reports infiltration in Pokrovsk
  known Pokrovsk --kind infiltration
who reported fighting in Pokrovsk on Oct 27
  known Pokrovsk 2025-10-27 --facet fighting
which sources report drones in Pokrovsk
  known Pokrovsk --kind drone_activity
which parties claim control over Mariupol
  known Mariupol --facet control
who has ever claimed control of Bakhmut
  claims Bakhmut --facet control

# Who holds a place: of that day, by what is known now.
who controls Bakhmut
  known Bakhmut --facet control
who held Bakhmut on 21 May 2023
  known Bakhmut --valid 2023-05-21 --facet control
who held Bakhmut on 21 May 2023 as known then
  known Bakhmut 2023-05-21 --facet control
who held Bakhmut on 2023-05-21, as known on 2023-05-22
  known Bakhmut --valid 2023-05-21 --known 2023-05-22 --facet control
which side holds Avdiivka
  known Avdiivka --facet control
who is in control of Mariupol
  known Mariupol --facet control
who held Mariupol between 2022-04-20 and 2022-05-21
  history Mariupol --from 2022-04-20 --to 2022-05-21 --facet control
who controls what in Donetsk Oblast
  known 'Donetsk Oblast' --facet control
what did DeepState report about Avdiivka between Feb 10 and Feb 20 2024
  diff Avdiivka 2024-02-09 2024-02-20 --window 11 --party deepstate
what did we learn about Avdiivka between Feb 10 and Feb 20 2024
  diff Avdiivka 2024-02-09 2024-02-20 --window 11
who captured Avdiivka
  history Avdiivka --facet control
who was in control of Kherson
  history Kherson --facet control
who has taken Avdiivka
  known Avdiivka --facet control
when did Bakhmut fall
  history Bakhmut --facet control
when did Russia take Avdiivka
  history Avdiivka --facet control
when was Mariupol captured
  history Mariupol --facet control
who held Kherson in 2022
  history Kherson --from 2022-01-01 --to 2022-12-31 --facet control
who held Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30 --facet control
who held Kherson in November 2022 as known then
  history Kherson --from 2022-11-01 --to 2022-11-30 --known 2022-11-30 --facet control
who held Kherson by November 2022
  known Kherson --valid 2022-11-30 --facet control
who held Kherson at the end of October 2022
  known Kherson --valid 2022-10-31 --facet control
when did Ukraine retake Kherson
  history Kherson --facet control
is Bakhmut under Russian control
  known Bakhmut --facet control
was Bakhmut held by Russia on 2023-05-21
  known Bakhmut --valid 2023-05-21 --facet control
did Russia take Bakhmut
  history Bakhmut --facet control
did Russia take Bakhmut on 21 May 2023
  known Bakhmut --valid 2023-05-21 --facet control
has Russia attacked Pokrovsk
  history Pokrovsk --facet fighting
has Kherson ever been held by Russia
  history Kherson --facet control
was Kherson ever held by Russia
  history Kherson --facet control
is Kherson still Ukrainian
  known Kherson --facet control
does Russia hold Kherson
  known Kherson --facet control
has Bakhmut fallen
  known Bakhmut --facet control
is Bakhmut held by Russia according to DeepState
  known Bakhmut --facet control --party deepstate
was Kherson Russian on 1 May 2022
  known Kherson --valid 2022-05-01 --facet control
is Avdiivka Russian
  known Avdiivka --facet control
was Kherson in Ukrainian hands on 12 November 2022
  known Kherson --valid 2022-11-12 --facet control
was Russia in control of Kherson in May 2022
  history Kherson --from 2022-05-01 --to 2022-05-31 --facet control
has Pokrovsk fallen yet
  known Pokrovsk --facet control
when did Ukraine lose Bakhmut
  history Bakhmut --facet control
was Kherson Russian on 1 May 2022 according to Wikipedia
  known Kherson --valid 2022-05-01 --facet control --party wikipedia
did Russia lose Kherson
  history Kherson --facet control
who said Avdiivka was held by Russia
  known Avdiivka --facet control
who says Russia lost Kherson
  known Kherson --facet control

Russian statements about Pokrovsk
  known Pokrovsk --facet statements --party ru
what did Russia say about Ukrainian losses in Pokrovsk
  known Pokrovsk --facet casualties --party ru --side ua

# Who is spoken of does not speak.
was Russia in Kherson on 1 May 2022
  known Kherson --valid 2022-05-01
was Ukraine in Kherson on 12 November 2022
  known Kherson --valid 2022-11-12
were there Russian troops in Pokrovsk on 27 October 2025
  known Pokrovsk --valid 2025-10-27 --facet forces --side ru
were there Ukrainian troops in Pokrovsk in October 2025
  history Pokrovsk --from 2025-10-01 --to 2025-10-31 --facet forces --side ua
what is known about Russian troops in Pokrovsk
  known Pokrovsk --facet forces --side ru
did Ukraine reinforce Pokrovsk
  history Pokrovsk --kind reinforcement --side ua
have troops withdrawn from Kherson
  known Kherson --kind withdrawal
has Russia withdrawn from Kherson
  known Kherson --kind withdrawal --side ru
did Russian troops withdraw from Kherson
  history Kherson --kind withdrawal --side ru
has Ukraine reinforced Pokrovsk
  known Pokrovsk --kind reinforcement --side ua
was fighting in Pokrovsk reported by Reuters
  claims Pokrovsk --facet fighting --party reuters
was fighting in Pokrovsk reported by Reuters on Oct 27
  known Pokrovsk 2025-10-27 --facet fighting --party reuters
was anyone killed in Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30
did anyone die in Kherson on 24 December 2022
  known Kherson --valid 2022-12-24 --window 1
were soldiers killed in Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30 --facet casualties
were Russian soldiers killed in Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30 --facet casualties --side ru
were there air strikes in Kherson
  history Kherson --kind air_strike
when did Ukraine reinforce Pokrovsk
  history Pokrovsk --kind reinforcement --side ua
what were Russian losses in Ukraine on 1 June 2023
  known Ukraine --valid 2023-06-01 --window 1 --facet casualties --side ru
list Russian losses in Ukraine in June 2023
  history Ukraine --from 2023-06-01 --to 2023-06-30 --facet casualties --side ru
losses of Russia in Pokrovsk according to Ukraine
  known Pokrovsk --facet casualties --party ua --side ru
were there air strikes by Russia in Kherson on 5 November 2022
  known Kherson --valid 2022-11-05 --window 1 --kind air_strike
did Russia claim control of Bakhmut
  history Bakhmut --facet control --party ru
did Russia report fighting in Pokrovsk
  history Pokrovsk --facet fighting --party ru

# What changed.
what changed in Pokrovsk between Oct 20 and Oct 27
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk between Oct. 20 and Oct. 27, 2025
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk from Oct 20 to Oct 27
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk Oct 20-27
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk, 20–27 October 2025
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk between 20 and 27 October
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk 20-Oct to 27-Oct
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Pokrovsk between Dec 28 2024 and Jan 3
  diff Pokrovsk 2024-12-28 2025-01-03
what changed in Pokrovsk since Oct 20
  diff Pokrovsk 2025-10-19 2025-11-05 --window 17
what has changed in Pokrovsk since Oct 26
  diff Pokrovsk 2025-10-25 2025-11-05 --window 11
what changed in Pokrovsk after Oct 26
  diff Pokrovsk 2025-10-26 2025-11-05 --window 10
what changed in Pokrovsk on Oct 27
  diff Pokrovsk 2025-10-26 2025-10-27
what changed yesterday in Pokrovsk
  diff Pokrovsk 2025-11-03 2025-11-04
what changed in Pokrovsk in October
  diff Pokrovsk 2025-09-30 2025-10-31 --window 31
what changed in Pokrovsk last week
  diff Pokrovsk 2025-10-26 2025-11-02
what changed in Pokrovsk this week
  diff Pokrovsk 2025-11-02 2025-11-05
what changed in Pokrovsk since Monday
  diff Pokrovsk 2025-11-02 2025-11-05
what changed in Bakhmut 2023-05-20/2023-05-24
  diff Bakhmut 2023-05-20 2023-05-24
what's new in Pokrovsk since yesterday
  diff Pokrovsk 2025-11-03 2025-11-05
how did the situation in Bakhmut change between May 20 2023 and May 24 2023
  diff Bakhmut 2023-05-20 2023-05-24
how has Bakhmut changed since 2025
  diff Bakhmut 2024-12-31 2025-11-05 --window 309
what changed in the control of Bakhmut between 2023-05-20 and 2023-05-24
  diff Bakhmut 2023-05-20 2023-05-24 --facet control
what changed in Kherson between November 9 and 12, 2022
  diff Kherson 2022-11-09 2022-11-12
show me what changed in Bakhmut between 20 and 24 May 2023
  diff Bakhmut 2023-05-20 2023-05-24
what changed in Bakhmut according to Wikipedia between 2023-05-20 and 2023-05-24
  diff Bakhmut 2023-05-20 2023-05-24 --party wikipedia
what have we learned about Pokrovsk since Oct 20
  diff Pokrovsk 2025-10-19 2025-11-05 --window 17
what did we learn about Pokrovsk on Oct 27
  diff Pokrovsk 2025-10-26 2025-10-27
what has Wikipedia said about Bakhmut since 2025-10-30
  diff Bakhmut 2025-10-29 2025-11-05 --party wikipedia
what changed in Kherson in Q4 2022
  diff Kherson 2022-09-30 2022-12-31 --window 92
what changed in Kherson between March and November 2022
  diff Kherson 2022-02-28 2022-11-30 --window 275
what changed in Pokrovsk from Oct 20 until Oct 27
  diff Pokrovsk 2025-10-20 2025-10-27
what changed in Kherson before 5 March 2022
  history Kherson --to 2022-03-04
what changed in Kherson until 12 November 2022
  history Kherson --to 2022-11-12
diff Pokrovsk 2025-10-20 to 2025-10-27
  diff Pokrovsk 2025-10-20 2025-10-27

# First heard.
when did we first hear of infiltration in Pokrovsk
  claims Pokrovsk --first --kind infiltration
when did we hear first about drones in Pokrovsk
  claims Pokrovsk --first --kind drone_activity
when was infiltration in Pokrovsk first reported
  claims Pokrovsk --first --kind infiltration
when was shelling of Bakhmut first reported
  claims Bakhmut --first --kind shelling
when did we learn of the ceasefire in Ukraine
  claims Ukraine --first --facet ceasefire
when did Zelenskyy first report fighting in Pokrovsk
  claims Pokrovsk --first --facet fighting --party ua.zelenskyy
who first reported infiltration in Pokrovsk
  claims Pokrovsk --first --kind infiltration
who was first to report infiltration in Pokrovsk
  claims Pokrovsk --first --kind infiltration
first report of fighting in Pokrovsk
  claims Pokrovsk --first --facet fighting
earliest mention of Avdiivka
  claims Avdiivka --first
when did we first hear of fighting near Pokrovsk
  claims Pokrovsk --first --facet fighting
when did we first hear of infiltration
  claims --first --kind infiltration

# What is first told of one side's hold cannot be picked out: all are listed, the newest first.
who first said Avdiivka was held by Russia
  claims Avdiivka --facet control
who first reported Russia held Avdiivka
  claims Avdiivka --facet control
who first reported the fall of Kherson
  claims Kherson --facet control
first report of Russian control of Kherson
  claims Kherson --facet control
who was first to report the liberation of Kherson
  claims Kherson --facet control
when did Russia first claim the capture of Avdiivka
  claims Avdiivka --facet control --party ru

# What was known on a day that it had fallen is not who held it by what is known now.
was it known on 17 February 2024 that Avdiivka had fallen
  known Avdiivka 2024-02-17 --facet control
was it known by 18 Feb 2024 that Russia had taken Avdiivka
  known Avdiivka 2024-02-18 --facet control
was Avdiivka reported captured on 17 Feb 2024
  known Avdiivka 2024-02-17 --facet control
was it reported between 15 and 18 February 2024 that Avdiivka had fallen
  replay Avdiivka --from 2024-02-14 --to 2024-02-18 --facet control
what had we heard about Kherson by 9 November 2022
  known Kherson 2022-11-09
what did we learn about Kherson until 9 November 2022
  known Kherson 2022-11-09

did Russia claim on 20 May 2023 that Bakhmut fell
  known Bakhmut 2023-05-20 --facet control --party ru
did Wikipedia report before 21 May 2023 that Bakhmut fell
  known Bakhmut 2023-05-20 --facet control --party wikipedia
was ISW saying on 17 February 2024 that Avdiivka fell
  known Avdiivka 2024-02-17 --facet control --party isw
did Russia claim Bakhmut on 20 May 2023
  known Bakhmut 2023-05-20 --party ru
did Putin say anything about Donbas between 1 and 10 October 2025
  diff Donbas 2025-09-30 2025-10-10 --window 10 --party ru.putin

# Whose it is, and what was lost.
what were Ukraine's losses in Bakhmut on 20 May 2023
  known Bakhmut --valid 2023-05-20 --window 1 --facet casualties --side ua
Ukraine's claims
  claims --party ua
all of Russia's claims about Avdiivka in February 2024
  claims Avdiivka --known 2024-02-29 --party ru
the loss of Avdiivka
  known Avdiivka --facet control
Ukraine's loss of Avdiivka
  known Avdiivka --facet control
has Ukraine ever denied that Bakhmut fell
  history Bakhmut --facet control --party ua
has Russia ever claimed Avdiivka
  claims Avdiivka --party ru
who confirmed that Avdiivka had fallen
  claims Avdiivka --status confirmed --facet control

# Whether it was known, and who says that it is whose.
did we know on 2024-02-17 that Avdiivka had fallen
  known Avdiivka 2024-02-17 --facet control
did anyone know by 26 October 2025 about infiltration in Pokrovsk
  known Pokrovsk 2025-10-26 --kind infiltration
who was believed to control Mariupol on 20 April 2022
  known Mariupol 2022-04-20 --facet control
what were people saying about Bakhmut on 21 May 2023
  known Bakhmut 2023-05-21
who is saying that Avdiivka fell
  known Avdiivka --facet control
who says Kherson is Ukrainian
  known Kherson --facet control
who denies that Avdiivka is Russian
  known Avdiivka --facet control
who denied Russia's claims about Avdiivka
  claims Avdiivka --party ru
did Wikipedia say Bakhmut was Russian on 1 June 2023
  known Bakhmut --valid 2023-06-01 --facet control --party wikipedia
did Ukraine admit the fall of Avdiivka
  history Avdiivka --facet control --party ua
when did it become known that Kherson was liberated
  claims Kherson --facet control
when did Ukraine announce the liberation of Kherson
  claims Kherson --facet control --party ua
who was the first to say that Russia took Mariupol
  claims Mariupol --facet control

# What became of it, and whether they agree.
has anyone confirmed that Russia took Avdiivka
  claims Avdiivka --facet control
has anyone confirmed that Bakhmut fell
  claims Bakhmut --facet control
when was the fall of Bakhmut confirmed
  claims Bakhmut --status confirmed --facet control
do the sources agree about Bakhmut
  claims Bakhmut --status disputed
do sources agree that Bakhmut is Russian
  claims Bakhmut --status disputed --facet control
how many claims about Bakhmut are disputed
  claims Bakhmut --status disputed
any corrections to the Bakhmut reports
  claims Bakhmut --status corrected
what reports do we have about Pokrovsk
  claims Pokrovsk

# Since when, how long, by whom.
since when is Avdiivka Russian
  history Avdiivka --facet control
since when is Bakhmut held by Russia
  history Bakhmut --facet control
since when has Mariupol been under Russian control
  history Mariupol --facet control
how long has Avdiivka been Russian
  history Avdiivka --facet control
how long was Kherson Russian in 2022
  history Kherson --from 2022-01-01 --to 2022-12-31 --facet control
when did Kherson come under Russian control
  history Kherson --facet control
when did Bakhmut become Russian
  history Bakhmut --facet control
was Pokrovsk ever Russian
  history Pokrovsk --facet control
has Pokrovsk ever been Russian
  history Pokrovsk --facet control
when was Ukraine's withdrawal from Avdiivka
  history Avdiivka --kind withdrawal --side ua
did Ukraine pull out of Avdiivka
  history Avdiivka --kind withdrawal --side ua
is Ukraine retreating from Pokrovsk
  known Pokrovsk --kind withdrawal --side ua
are people fleeing Pokrovsk
  known Pokrovsk --kind displacement
in which month did Mariupol fall
  history Mariupol --facet control
until when did Ukraine hold Avdiivka
  history Avdiivka --facet control
by whom was Avdiivka captured
  history Avdiivka --facet control
by which side is Marinka controlled
  known Marinka --facet control
was Kherson Ukrainian again by 12 November 2022
  known Kherson --valid 2022-11-12 --facet control
how many prisoners were taken in Bakhmut in May 2023
  known Bakhmut --valid 2023-05-31 --window 31 --kind capture
was Kherson attacked by drones in June 2023
  history Kherson --from 2023-06-01 --to 2023-06-30 --kind drone_activity

# Two days, and day by day.
what's the difference between Pokrovsk on 20 October and on 27 October 2025
  diff Pokrovsk 2025-10-20 2025-10-27
Kherson on 9 November 2022 versus 12 November 2022
  diff Kherson 2022-11-09 2022-11-12
walk me through what we knew about Kherson from 9 to 12 November 2022
  replay Kherson --from 2022-11-09 --to 2022-11-12
day by day, what did we know about Kherson from 9 to 12 November 2022
  replay Kherson --from 2022-11-09 --to 2022-11-12
what only came out later about Avdiivka on 17 February 2024
  hindsight Avdiivka 2024-02-17
with hindsight, who held Avdiivka on 17 February 2024
  known Avdiivka --valid 2024-02-17 --facet control

# Learned later.
what did we learn later about Avdiivka on 2024-02-18
  hindsight Avdiivka 2024-02-18
what did we later learn about Avdiivka on 18 February 2024
  hindsight Avdiivka 2024-02-18
what have we learned since then about Avdiivka on 2024-02-18
  hindsight Avdiivka 2024-02-18
what became known later about Avdiivka on 2024-02-18
  hindsight Avdiivka 2024-02-18
what did we not know about Bakhmut on 2023-05-21
  hindsight Bakhmut 2023-05-21
what didn't we know about Bakhmut on 2023-05-21
  hindsight Bakhmut 2023-05-21
what do we know about Avdiivka on 2024-02-18 that we did not know then
  hindsight Avdiivka 2024-02-18
what do we know about Avdiivka on 2024-02-18 that we didn't know at the time
  hindsight Avdiivka 2024-02-18
in hindsight, what did we know about Bakhmut on 2023-05-21
  hindsight Bakhmut 2023-05-21
hindsight Bakhmut 2023-05-21
  hindsight Bakhmut 2023-05-21
what wasn't known about Avdiivka on 18 Feb 2024
  hindsight Avdiivka 2024-02-18
what did we get wrong about Bakhmut in May 2023
  hindsight Bakhmut 2023-05-31 --window 31
what did we learn later about control of Bakhmut on 2023-05-21
  hindsight Bakhmut 2023-05-21 --facet control

# How many.
how many Russians killed in Bakhmut
  known Bakhmut --window 36525 --facet casualties --side ru
how many people were killed in Kherson on 9 and 10 November 2022
  known Kherson --valid 2022-11-10 --window 2
how many people were killed in Kherson in October and November 2022
  known Kherson --valid 2022-11-30 --window 61
how many casualties in Pokrovsk in October
  known Pokrovsk --valid 2025-10-31 --window 31 --facet casualties
how many losses in Donetsk Oblast between Oct 20 and Oct 27
  known 'Donetsk Oblast' --valid 2025-10-27 --window 8 --facet casualties
how many people were killed in Mariupol in April 2022
  known Mariupol --valid 2022-04-30 --window 30
how many died in Mariupol in April 2022
  known Mariupol --valid 2022-04-30 --window 30
what was the death toll in Mariupol in April 2022
  known Mariupol --valid 2022-04-30 --window 30
total death toll in Mariupol in April 2022
  known Mariupol --valid 2022-04-30 --window 30
how many civilians died in Mariupol in April 2022
  known Mariupol --valid 2022-04-30 --window 30 --kind civilian_harm
how many people died in Kherson on 24 December 2022
  known Kherson --valid 2022-12-24 --window 1
how many losses did Russia have in Ukraine by 1 June 2023
  known Ukraine --valid 2023-06-01 --window 36525 --facet casualties --side ru
how many people were killed in Kherson by 1 May 2022
  known Kherson --valid 2022-05-01 --window 36525
how many died in Kherson until May 2022
  known Kherson --valid 2022-05-31 --window 36525
how many air strikes in Kherson before 1 June 2022
  known Kherson --valid 2022-05-31 --window 36525 --kind air_strike
how many ceasefire violations in Ukraine
  known Ukraine --window 36525 --facet ceasefire
how many soldiers were killed in Bakhmut in May 2023
  known Bakhmut --valid 2023-05-31 --window 31 --facet casualties
how many troops are in Pokrovsk
  known Pokrovsk --facet forces
how many Russian troops were in Pokrovsk on Oct 27
  known Pokrovsk --valid 2025-10-27 --facet forces --side ru
how many soldiers did Russia lose in Pokrovsk last week
  known Pokrovsk --valid 2025-11-02 --window 7 --facet casualties --side ru
how many Ukrainian losses in Donetsk Oblast since Oct 1
  known 'Donetsk Oblast' --valid 2025-11-05 --window 36 --facet casualties --side ua
how many infiltrators in Pokrovsk on Oct 27
  known Pokrovsk --valid 2025-10-27 --kind infiltration
how many troops in Pokrovsk according to the General Staff
  known Pokrovsk --facet forces --party ua.general_staff
number of casualties in Bakhmut
  known Bakhmut --window 36525 --facet casualties

# A place in a period.
list Pokrovsk in October
  history Pokrovsk --from 2025-10-01 --to 2025-10-31
list Pokrovsk from 2025-10-20 to 2025-10-27
  history Pokrovsk --from 2025-10-20 --to 2025-10-27
list events in Pokrovsk between Oct 20 and Oct 27
  history Pokrovsk --from 2025-10-20 --to 2025-10-27
list clashes in Pokrovsk in October
  history Pokrovsk --from 2025-10-01 --to 2025-10-31 --kind clash
what happened in Pokrovsk last week
  history Pokrovsk --from 2025-10-27 --to 2025-11-02
what happened in Pokrovsk yesterday
  history Pokrovsk --from 2025-11-04 --to 2025-11-04
what happened in Pokrovsk on Sunday
  history Pokrovsk --from 2025-11-02 --to 2025-11-02
what happened in Pokrovsk 10 days ago
  history Pokrovsk --from 2025-10-26 --to 2025-10-26
what happened in Pokrovsk in the past 10 days
  history Pokrovsk --from 2025-10-27 --to 2025-11-05
what happened in Bakhmut between May 20 and May 24 2023
  history Bakhmut --from 2023-05-20 --to 2023-05-24
what was going on in Pokrovsk on Oct 26
  history Pokrovsk --from 2025-10-26 --to 2025-10-26
history of Bakhmut
  history Bakhmut
events in Pokrovsk on Oct 26
  history Pokrovsk --from 2025-10-26 --to 2025-10-26
what happened in Mariupol in April 2022 as known on 2022-05-01
  history Mariupol --from 2022-04-01 --to 2022-04-30 --known 2022-05-01
what happened in Kherson before 5 March 2022
  history Kherson --to 2022-03-04
what happened in Kherson by the end of March 2022
  history Kherson --to 2022-03-31
what happened in Kherson at the start of March 2022
  history Kherson --from 2022-03-01 --to 2022-03-01
what happened in Kherson through November 2022
  history Kherson --to 2022-11-30
were there any air strikes in Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30 --kind air_strike
what happened in Pokrovsk two months ago
  history Pokrovsk --from 2025-09-05 --to 2025-09-05
has Russia claimed Avdiivka
  known Avdiivka --party ru
has DeepState reported infiltration in Pokrovsk
  known Pokrovsk --kind infiltration --party deepstate
how many air strikes were there in Pokrovsk in October
  known Pokrovsk --valid 2025-10-31 --window 31 --kind air_strike
Could you list all clashes in Pokrovsk?
  history Pokrovsk --kind clash
when did Russia lose control of Kherson
  history Kherson --facet control
could you please tell me who holds Pokrovsk
  known Pokrovsk --facet control
what happened in Bakhmut in may 2023
  history Bakhmut --from 2023-05-01 --to 2023-05-31
what happened in Pokrovsk since Oct 20
  history Pokrovsk --from 2025-10-20 --to 2025-11-05

# What became of claims.
was pokrovsk-2025-10-27-infiltration confirmed
  explain pokrovsk-2025-10-27-infiltration
when was pokrovsk-2025-10-27-infiltration confirmed
  explain pokrovsk-2025-10-27-infiltration
who disputes pokrovsk-2025-10-27-infiltration
  explain pokrovsk-2025-10-27-infiltration
when was pokrovsk-2025-10-27-infiltration first reported
  explain pokrovsk-2025-10-27-infiltration
was claim pokrovsk-2025-10-27-infiltration ever confirmed?
  explain pokrovsk-2025-10-27-infiltration
has pokrovsk-2025-10-27-infiltration been confirmed
  explain pokrovsk-2025-10-27-infiltration
was the infiltration in Pokrovsk confirmed
  claims Pokrovsk --kind infiltration
has Zelenskyy's claim about logistics in Pokrovsk been confirmed
  claims Pokrovsk --facet logistics --party ua.zelenskyy
were Russian claims about Pokrovsk refuted
  claims Pokrovsk --party ru
which claims about Pokrovsk were retracted
  claims Pokrovsk --status retracted
which claims about Pokrovsk were withdrawn
  claims Pokrovsk --status retracted
was the infiltration in Pokrovsk withdrawn
  claims Pokrovsk --kind infiltration
list disputed claims about Bakhmut
  claims Bakhmut --status disputed
list confirmed clashes in Pokrovsk
  claims Pokrovsk --status confirmed --kind clash
open claims about Pokrovsk
  claims Pokrovsk --status open
claims of DeepState about Pokrovsk
  claims Pokrovsk --party deepstate
Russian claims about Pokrovsk
  claims Pokrovsk --party ru
which claims about Avdiivka were later corrected
  claims Avdiivka --status corrected
what is disputed about Bakhmut
  claims Bakhmut --status disputed
how reliable is DeepState
  claims --party deepstate
track record of Wikipedia
  claims --party wikipedia
explain pokrovsk-2025-10-27-infiltration
  explain pokrovsk-2025-10-27-infiltration
how do we know pokrovsk-2025-10-27-infiltration
  explain pokrovsk-2025-10-27-infiltration
where does pokrovsk-2025-10-27-infiltration come from
  explain pokrovsk-2025-10-27-infiltration
who says pokrovsk-2025-10-27-infiltration
  explain pokrovsk-2025-10-27-infiltration
explain pokrovsk-2025-10-27-infiltration as of 2025-10-28
  explain pokrovsk-2025-10-27-infiltration --known 2025-10-28
explain pokrovsk-2025-10-27-infiltration on 2025-10-26 as known on 2025-10-28
  explain pokrovsk-2025-10-27-infiltration --valid 2025-10-26 --known 2025-10-28
why was pokrovsk-2025-10-27-infiltration not shown on 2025-10-26
  explain pokrovsk-2025-10-27-infiltration --known 2025-10-26
was pokrovsk-2025-10-27-infiltration confirmed by 28 Oct 2025
  explain pokrovsk-2025-10-27-infiltration --known 2025-10-28
was Avdiivka already lost on 17 Feb 2024
  known Avdiivka --valid 2024-02-17 --facet control

who confirmed the fall of Avdiivka
  claims Avdiivka --status confirmed --facet control
what has been retracted about Pokrovsk
  claims Pokrovsk --status retracted
did anyone retract anything about Pokrovsk
  claims Pokrovsk
was the claim that Russia took Bakhmut confirmed
  claims Bakhmut --facet control
conflicting reports about Bakhmut
  claims Bakhmut --status disputed
which sources contradict each other on Mariupol
  claims Mariupol --status disputed
what are the rival claims about Bakhmut on 2023-05-21
  claims Bakhmut --known 2023-05-21 --status disputed
is anything disputed in Mariupol
  claims Mariupol --status disputed
which claims about Donbas are overdue
  claims Donbas --status deadline_passed
# What nobody has checked is no status: all are listed.
what is still unverified in Pokrovsk
  claims Pokrovsk
what has not been confirmed in Pokrovsk
  claims Pokrovsk
list unconfirmed clashes in Pokrovsk
  claims Pokrovsk --kind clash

# Where it comes from, of all that is claimed.
who is the source for the claim of infiltration in Pokrovsk
  known Pokrovsk --kind infiltration
what evidence is there for Russian soldiers in Pokrovsk
  known Pokrovsk --facet forces --side ru

# How much, how often, how long.
how much of Donetsk Oblast does Russia control
  known 'Donetsk Oblast' --facet control
how much of Donetsk Oblast is held by Ukraine
  known 'Donetsk Oblast' --facet control
how much territory has Russia taken in Donetsk Oblast
  known 'Donetsk Oblast' --facet control
how much of Donetsk Oblast did Russia take in October
  history 'Donetsk Oblast' --from 2025-10-01 --to 2025-10-31 --facet control
how often was Kherson shelled in November 2022
  known Kherson --valid 2022-11-30 --window 30 --kind shelling
how often did Russia shell Kherson in November 2022
  known Kherson --valid 2022-11-30 --window 30 --kind shelling
how long has Russia held Mariupol
  history Mariupol --facet control
how long was Mariupol held by Russia
  history Mariupol --facet control
how many people have fled Pokrovsk
  known Pokrovsk --kind displacement
how many civilians were evacuated from Kherson in November 2022
  known Kherson --valid 2022-11-30 --kind displacement
IDPs from Pokrovsk since October
  history Pokrovsk --from 2025-10-01 --to 2025-11-05 --kind displacement
how many killed and wounded in Kherson between 1 and 10 November 2022
  known Kherson --valid 2022-11-10 --window 10
how did control of Mariupol change between 20 April and 17 May 2022
  diff Mariupol 2022-04-20 2022-05-17 --window 27 --facet control
is it true that Russia controls Bakhmut
  known Bakhmut --facet control
are supply lines to Pokrovsk open
  known Pokrovsk --facet logistics
were supply lines open in Pokrovsk on Oct 26
  known Pokrovsk --valid 2025-10-26 --facet logistics
which claims about logistics in Pokrovsk are open
  claims Pokrovsk --status open --facet logistics
# Breaches of a ceasefire and ground gained are of a time, though the rest of it lasts.
ceasefire violations in Ukraine in October
  known Ukraine 2025-10-31 --window 31 --facet ceasefire
how many ceasefire violations in Ukraine in October
  known Ukraine --valid 2025-10-31 --window 31 --facet ceasefire
Russian gains in Donetsk Oblast in October
  known 'Donetsk Oblast' 2025-10-31 --window 31 --kind territory_change
has anything changed in Avdiivka since March 2024
  diff Avdiivka 2024-02-29 2025-11-05 --window 615
did anything happen in Pokrovsk on Oct 27
  history Pokrovsk --from 2025-10-27 --to 2025-10-27
was Bakhmut contested on 2023-05-21
  known Bakhmut --valid 2023-05-21 --facet control
was Mariupol contested in April 2022
  history Mariupol --from 2022-04-01 --to 2022-04-30 --facet control
who disputes Wagner's claim about Bakhmut
  claims Bakhmut --status disputed --party ru.wagner
does the ceasefire hold in Ukraine
  known Ukraine --facet ceasefire
ceasefire talks in Ukraine in October
  known Ukraine 2025-10-31 --window 31 --facet ceasefire
what is known about peace talks in Ukraine
  known Ukraine --facet ceasefire
were there ceasefire attempts in Ukraine
  history Ukraine --facet ceasefire
what happened in Pokrovsk in the past 100 days
  history Pokrovsk --from 2025-07-29 --to 2025-11-05
the 2022 Russian occupation of Kherson
  known Kherson 2022-12-31 --window 365 --facet control
in 2022 Russian losses in Kherson
  known Kherson 2022-12-31 --window 365 --facet casualties --side ru

# A siege is told by how supplies get through, and denials stand among the claims.
is Pokrovsk under siege
  known Pokrovsk --facet logistics
was Mariupol besieged in March 2022
  history Mariupol --from 2022-03-01 --to 2022-03-31 --facet logistics
who reported the siege of Mariupol
  known Mariupol --facet logistics
how long was Mariupol besieged
  history Mariupol --facet logistics
did Russia deny the capture of Avdiivka
  history Avdiivka --facet control --party ru
what did Russia deny about Pokrovsk
  known Pokrovsk --party ru
who denied the fall of Bakhmut
  known Bakhmut --facet control
was the fall of Bakhmut denied by Ukraine
  claims Bakhmut --facet control --party ua
when did Ukraine first deny the fall of Avdiivka
  claims Avdiivka --facet control --party ua

# Both sides are all who are told of.
losses of both sides in Bakhmut
  known Bakhmut --facet casualties
what do Russian sources say about Pokrovsk
  known Pokrovsk --party ru
who holds Pokrovsk according to Ukrainian sources
  known Pokrovsk --facet control --party ua
when did Russian sources first report infiltration in Pokrovsk
  claims Pokrovsk --first --kind infiltration --party ru
what has the Russian side said about Bakhmut
  known Bakhmut --party ru
losses of the Russian side in Pokrovsk
  known Pokrovsk --facet casualties --side ru
has Bakhmut changed hands
  history Bakhmut --facet control
how often did Bakhmut change hands
  history Bakhmut --facet control
did Avdiivka change hands in 2024
  history Avdiivka --from 2024-01-01 --to 2024-12-31 --facet control
did Avdiivka change hands on 17 February 2024
  known Avdiivka --valid 2024-02-17 --facet control
what do both sides say about Bakhmut
  known Bakhmut

# First claims, and what has been going on.
when did Russia first claim to have captured Avdiivka
  claims Avdiivka --facet control --party ru
when did Russia first claim Avdiivka
  claims Avdiivka --facet control --party ru
when did ISW first assess that Avdiivka had fallen
  claims Avdiivka --facet control --party isw
when did ISW first assess infiltration in Pokrovsk
  claims Pokrovsk --first --kind infiltration --party isw
what was the first report of infiltration in Pokrovsk
  claims Pokrovsk --first --kind infiltration
has anyone been killed in Kherson
  history Kherson
have any civilians been killed in Kherson
  history Kherson --kind civilian_harm
has Kherson been shelled
  history Kherson --kind shelling
when was Kherson shelled
  history Kherson --kind shelling
who shelled Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30 --kind shelling
who died in Mariupol in April 2022
  history Mariupol --from 2022-04-01 --to 2022-04-30
has control of Mariupol changed since 1 May 2022
  diff Mariupol 2022-04-30 2025-11-05 --window 1285 --facet control
who currently holds Pokrovsk
  known Pokrovsk --facet control
who is currently holding Pokrovsk
  known Pokrovsk --facet control
who does Russia say holds Pokrovsk
  known Pokrovsk --facet control --party ru
who did DeepState say controlled Avdiivka on 17 February 2024
  known Avdiivka --valid 2024-02-17 --facet control --party deepstate
who is attacking Pokrovsk
  history Pokrovsk --facet fighting
who was shelling Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30 --kind shelling
which claims has Russia made about Pokrovsk
  claims Pokrovsk --party ru
what claims did Zelenskyy make about logistics in Pokrovsk
  claims Pokrovsk --facet logistics --party ua.zelenskyy
when did Ukraine leave Avdiivka
  history Avdiivka --kind withdrawal --side ua
when did Russian forces leave Kherson
  history Kherson --kind withdrawal --side ru
is Ukraine leaving Pokrovsk
  known Pokrovsk --kind withdrawal --side ua
how many people left Pokrovsk
  known Pokrovsk --kind displacement
is Pokrovsk under attack
  known Pokrovsk --facet fighting
who struck Kherson on 24 December 2022
  history Kherson --from 2022-12-24 --to 2022-12-24 --facet fighting
was Kherson hit by Russia on 24 December 2022
  known Kherson --valid 2022-12-24 --window 1 --facet fighting
how many soldiers were taken prisoner in Bakhmut in May 2023
  known Bakhmut --valid 2023-05-31 --window 31 --kind capture
how many Russians were captured in Bakhmut in May 2023
  known Bakhmut --valid 2023-05-31 --window 31 --kind capture --side ru
how many people were captured in Bakhmut
  known Bakhmut --window 36525 --kind capture
did Avdiivka fall to Russia
  history Avdiivka --facet control
when did Bakhmut fall to the Russians
  history Bakhmut --facet control
was it known on 17 February 2024 that Avdiivka had fallen to Russia
  known Avdiivka 2024-02-17 --facet control
when did the ceasefire in Ukraine begin
  history Ukraine --facet ceasefire
when did fighting start in Pokrovsk
  history Pokrovsk --facet fighting
when did the Mariupol siege end
  history Mariupol --facet logistics
how much ground did Russia gain in Donetsk Oblast in 2025
  history 'Donetsk Oblast' --from 2025-01-01 --to 2025-12-31 --facet control
isnt Bakhmut Russian
  known Bakhmut --facet control
what clashes were there in Pokrovsk in October
  history Pokrovsk --from 2025-10-01 --to 2025-10-31 --kind clash
supply situation of Ukraine in Pokrovsk
  known Pokrovsk --facet logistics --side ua
losses of Ukraine in Pokrovsk
  known Pokrovsk --facet casualties --side ua
how did control of Mariupol change
  history Mariupol --facet control
how has control of Bakhmut changed over time
  history Bakhmut --facet control

# Halves, and a year that is said once.
what happened in Bakhmut in the first half of November 2022
  history Bakhmut --from 2022-11-01 --to 2022-11-15
clashes in Pokrovsk in the second half of October
  known Pokrovsk 2025-10-31 --window 16 --kind clash
what happened in Kherson in the second half of 2022
  history Kherson --from 2022-07-01 --to 2022-12-31
what happened in Kherson from 1.11. to 30.11.2022
  history Kherson --from 2022-11-01 --to 2022-11-30

# Knowledge walked forward, and how much was told.
what were the casualties in Pokrovsk between Oct 25 and Oct 27
  history Pokrovsk --from 2025-10-25 --to 2025-10-27 --facet casualties
clashes in Pokrovsk between Oct 25 and Oct 27
  history Pokrovsk --from 2025-10-25 --to 2025-10-27 --kind clash
control of Pokrovsk since Oct 25
  history Pokrovsk --from 2025-10-25 --to 2025-11-05 --facet control
clashes reported in Pokrovsk between Oct 25 and Oct 27
  diff Pokrovsk 2025-10-24 2025-10-27 --kind clash
replay Pokrovsk from 2025-10-25 to 2025-10-27
  replay Pokrovsk --from 2025-10-25 --to 2025-10-27
what did we know about Pokrovsk between Oct 25 and Oct 27
  replay Pokrovsk --from 2025-10-25 --to 2025-10-27
how many reports about Pokrovsk in October
  activity Pokrovsk --from 2025-10-01 --to 2025-10-31
what happened in Bakhmut in early May 2023
  history Bakhmut --from 2023-05-01 --to 2023-05-10
who held Kherson in mid-November 2022
  history Kherson --from 2022-11-11 --to 2022-11-20 --facet control
Bakhmut late February 2024
  known Bakhmut 2024-02-29 --window 9
what changed in Bakhmut between early March and the middle of May 2023
  diff Bakhmut 2023-02-28 2023-05-20 --window 81
who held Kherson until 11 November 2022
  history Kherson --to 2022-11-11 --facet control
was Kherson occupied up to November 2022
  history Kherson --to 2022-11-30 --facet control
who held Kherson by 11 November 2022
  known Kherson --valid 2022-11-11 --facet control
is Ukraine losing ground around Pokrovsk
  history Pokrovsk --facet control
who is losing ground in Pokrovsk
  history Pokrovsk --facet control
who gained ground in Bakhmut in May 2023
  history Bakhmut --from 2023-05-01 --to 2023-05-31 --facet control
which day did Bakhmut fall
  history Bakhmut --facet control
how many days was Kherson under Russian control
  history Kherson --facet control
where do sources disagree about Bakhmut
  claims Bakhmut --status disputed
contradictions about Bakhmut
  claims Bakhmut --status disputed
fighting in Pokrovsk first reported
  claims Pokrovsk --first --facet fighting
fighting in Bakhmut until May 2023
  history Bakhmut --to 2023-05-31 --facet fighting
air strikes on Kherson before November 2022
  history Kherson --to 2022-10-31 --kind air_strike
are there contradictions about Bakhmut
  claims Bakhmut
what happened in the city of Kherson in November 2022
  history Kherson --from 2022-11-01 --to 2022-11-30
how many Ukrainian soldiers were captured in Bakhmut in May 2023
  known Bakhmut --valid 2023-05-31 --window 31 --kind capture --side ua
how many soldiers were lost in Bakhmut in May 2023
  known Bakhmut --valid 2023-05-31 --window 31 --facet casualties
were Ukrainian soldiers captured in Bakhmut
  history Bakhmut --kind capture --side ua
have Ukrainian forces taken Bakhmut
  known Bakhmut --facet control
was Bakhmut captured by Ukrainian troops
  history Bakhmut --facet control
has Kherson been lost
  known Kherson --facet control
was Kherson lost
  history Kherson --facet control
was Pokrovsk damaged
  history Pokrovsk --kind infrastructure_damage
do you know who controls Bakhmut
  known Bakhmut --facet control
I'd like to know what happened in Bakhmut in May 2023
  history Bakhmut --from 2023-05-01 --to 2023-05-31
who controls Kherson city
  known Kherson --facet control
activity in Donetsk Oblast since Oct 20
  activity 'Donetsk Oblast' --from 2025-10-20 --to 2025-11-05
"""
"""Each question, and below it the command that it equals."""


def phrases(table: str) -> list[tuple[str, str]]:
    """The questions of a table, each with its command."""
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return [
        (question, command.strip())
        for question, command in zip(lines[::2], lines[1::2], strict=True)
    ]


PHRASES = phrases(TABLE)


WARS = """\
source: {publisher: reuters, published: 2025-10-28}
parties:
  - {id: rsf, names: [Rapid Support Forces, RSF], side: rsf}
  - {id: saf, names: [Sudanese Armed Forces, SAF], side: saf}
  - {id: m23, names: [M23], side: m23}
  - {id: il, names: [Israel, Israeli], side: il}
  - {id: il.idf, names: [IDF], side: il}
  - {id: hamas, names: [Hamas], side: hamas}
  - {id: jnim, names: [JNIM], side: jnim}
  - {id: sdf, names: [Syrian Democratic Forces, SDF], side: sdf}
  - {id: houthis, names: [Houthis], side: houthis}
  - {id: ye.government, names: [Yemeni government], side: ye}
  - {id: iom, names: [IOM]}
  - {id: msf, names: [MSF]}
defaults: {kind: clash, happened: 2025-10-20, chain: reuters}
reports:
"""
"""Parties and towns of other wars; of each town there is one report."""

_TOWNS = (
    "El Fasher; El Obeid; Nyala; Babanusa; Kadugli; Dilling; Tawila; Goma; Bukavu; Sake; Uvira"
    "; Walikale; Minova; Gaza Strip; Rafah; Khan Younis; Beit Hanoun; Kyaukme; Lashio; Djibo; Taiz"
    "; Hodeidah; Aleppo; Manbij; Raqqa; Sweida"
)

OTHER_WARS = """
was El Fasher handed over to the RSF
  history 'El Fasher' --facet control
whats going on in Bukavu rn
  history Bukavu
what's RSF saying about Nyala since Monday
  diff Nyala 2025-11-02 2025-11-05 --party rsf
who's holding Sake these days
  known Sake --facet control
whos in control of Walikale
  known Walikale --facet control
who's controlling Raqqa
  known Raqqa --facet control
who was holding Manbij in December 2024
  history Manbij --from 2024-12-01 --to 2024-12-31 --facet control
is El Fasher still under SAF control
  known 'El Fasher' --facet control
isn't Goma in M23's hands
  known Goma --facet control
did El Fasher fall on the 26th of October 2025
  known 'El Fasher' --valid 2025-10-26 --facet control
El Fasher: who controlled it on 27.10.2025?
  known 'El Fasher' --valid 2025-10-27 --facet control
when'd Goma fall
  history Goma --facet control
did the Houthis say anything about Hodeidah
  history Hodeidah --party houthis
when was Lashio handed back
  history Lashio --facet control
when was Goma handed over
  history Goma --facet control
who first said Goma had fallen
  claims Goma --facet control
first claim that Kyaukme was retaken
  claims Kyaukme --facet control
when did M23 enter Goma
  history Goma --facet forces --side m23
was Aleppo entered by the SDF
  history Aleppo --facet forces --side sdf
troops entering Bukavu in February 2025
  known Bukavu 2025-02-28 --facet forces
M23's claims about Walikale in March 2025
  claims Walikale --known 2025-03-31 --party m23
RSF claims on El Obeid this month
  claims 'El Obeid' --known 2025-11-05 --party rsf
is M23's claim on Goma confirmed
  claims Goma --party m23
are the RSF claims about El Fasher verified
  claims 'El Fasher' --party rsf
whats disputed about Goma
  claims Goma --status disputed
RSF's losses in Babanusa
  known Babanusa --facet casualties --side rsf
casualty figures for Gaza Strip on 1 November 2025
  known 'Gaza Strip' 2025-11-01 --facet casualties
Djibo losses May 11 2025 JNIM claim
  known Djibo 2025-05-11 --facet casualties --party jnim
how many ppl killed in Rafah in May 2024
  known Rafah --valid 2024-05-31 --window 31
how many were displaced from El Fasher between 26 and 29 October 2025
  known 'El Fasher' --valid 2025-10-29 --kind displacement
how many people fled Beit Hanoun in July 2025
  known 'Beit Hanoun' --valid 2025-07-31 --kind displacement
how many displaced in Tawila, according to IOM, as of 1.11.2025
  known Tawila --valid 2025-11-01 --kind displacement --party iom
IDPs in Tawila 29.10.2025
  known Tawila 2025-10-29 --kind displacement
Tawila displacement since the end of October
  history Tawila --from 2025-10-31 --to 2025-11-05 --kind displacement
air strikes in Kyaukme, September 2025
  known Kyaukme 2025-09-30 --window 30 --kind air_strike
Kyaukme air strikes last month
  known Kyaukme 2025-10-31 --window 31 --kind air_strike
Hodeidah 16-17 September 2025 air strikes
  history Hodeidah --from 2025-09-16 --to 2025-09-17 --kind air_strike
clashes near Taiz since 1 October
  history Taiz --from 2025-10-01 --to 2025-11-05 --kind clash
what'd the IDF say about Khan Younis on 21 October 2025
  known 'Khan Younis' 2025-10-21 --party il.idf
what does MSF say abt displacement in Tawila
  known Tawila --kind displacement --party msf
MSF on Rafah, 27 May 2024
  known Rafah 2024-05-27 --party msf
ceasefire in Gaza Strip, does it hold?
  known 'Gaza Strip' --facet ceasefire
Goma 28.1.2025
  known Goma 2025-01-28
Goma on 1.2.2025 at 15:00 UTC
  known Goma 2025-02-01T15:00Z
Goma 1.2.2025-5.2.2025
  history Goma --from 2025-02-01 --to 2025-02-05
Bukavu between 1.2.2025 and 20.2.2025 what changed
  diff Bukavu 2025-02-01 2025-02-20 --window 19
any word from Dilling
  known Dilling
last word on Lashio
  known Lashio
anything new from Kadugli since yesterday
  diff Kadugli 2025-11-03 2025-11-05
Kadugli update pls
  known Kadugli
what have we got on Uvira
  known Uvira
what do we have on Uvira for December 2025
  known Uvira 2025-12-31 --window 31
what wasn't known about Goma on 27 January 2025
  hindsight Goma 2025-01-27
Djibo 11 May 2025 what happened
  history Djibo --from 2025-05-11 --to 2025-05-11
whens the first report of fighting in Sake
  claims Sake --first --facet fighting
"""
"""As tired people type them, who ask about other wars."""


def typed_about(store: Path, *words: str) -> Result:
    """A line of `timeline …`, the store named by the environment as a user would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIMELINE_STORE", str(store))
        patch.setenv("COLUMNS", "240")
        return typed(*words)


def asked(store: Path, question: str, *options: str) -> Result:
    """A question typed on the day of these tests."""
    return typed_about(store, "ask", question, "--today", TODAY.isoformat(), *options)


def refusal(timeline: Timeline, question: str) -> NotUnderstood:
    """Why a question is refused; the test fails if it is read."""
    with pytest.raises(NotUnderstood) as refused:
        timeline.ask(question, today=TODAY)
    return refused.value


# How a question is read.


def test_the_table_is_long_enough_to_mean_something() -> None:
    """At least 150 phrases, none of them twice."""
    assert len(dict(PHRASES)) == len(PHRASES) >= 150


@pytest.mark.parametrize(("question", "command"), PHRASES, ids=[phrase for phrase, _ in PHRASES])
def test_a_question_equals_one_command(seeds: Timeline, question: str, command: str) -> None:
    """Each phrase of the table is read as the command beside it."""
    assert seeds.ask(question, today=TODAY).line == f"timeline {command}"


@pytest.fixture(scope="module")
def wars(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Timeline]:
    """A log of several wars beside the seeds."""
    folder = tmp_path_factory.mktemp("wars")
    places = [
        f'  - place: {{id: "local:{at}", name: {name}, kind: city}}'
        for at, name in enumerate(_TOWNS.split("; "))
    ]
    (folder / "wars.yaml").write_text(WARS + "\n".join(places))
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(folder / "wars.yaml")
        yield timeline


@pytest.mark.parametrize(("question", "command"), phrases(OTHER_WARS))
def test_a_question_on_another_war_is_read_as_well(
    wars: Timeline, question: str, command: str
) -> None:
    """However hastily it was typed."""
    assert wars.ask(question, today=TODAY).line == f"timeline {command}"


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("who's got Goma", "known Goma --facet control"),
        ("whose town is Minova", "known Minova --facet control"),
        ("does Hamas dispute the strike on Rafah", "claims Rafah --facet fighting"),
        ("is Babanusa besieged by the RSF", "known Babanusa --facet logistics"),
        ("how far has M23 advanced in Sake", "known Sake --kind territory_change"),
        ("what percentage of Goma does M23 control", "known Goma --facet control"),
        ("how many children were killed in Rafah", "known Rafah"),
        ("who held Goma the day before it fell", "history Goma --facet control"),
        ("what happened in Sake after the fall of Goma", "history Goma --facet control"),
        ("is aid getting into Tawila", "known Tawila --facet logistics"),
        ("who broke the truce in Rafah", "history Rafah --facet ceasefire"),
        ("was the latest report on Goma wrong", "claims Goma"),
        ("when was Goma last attacked", "history Goma --facet fighting"),
        ("who is losing in Goma", "history Goma --facet control"),
        ("will Goma fall", "known Goma --facet statements"),
        ("do RSF and SAF agree on El Fasher", "claims 'El Fasher' --status disputed"),
        ("who was captured in Goma", "history Goma --kind capture"),
        ("who was attacked in Goma", "history Goma --facet fighting"),
        ("who is missing in Goma", "history Goma --facet casualties"),
        ("who left Goma", "known Goma --kind withdrawal"),
        ("how many troops are left in Goma", "known Goma --facet forces"),
        ("what is left of Goma", "known Goma"),
        ("who fell in Goma", "known Goma --facet control"),
        ("who lost in Goma", "known Goma --facet control"),
        ("who destroyed Goma", "history Goma --kind infrastructure_damage"),
        ("who killed civilians in Rafah", "history Rafah --kind civilian_harm"),
        ("was fighting in Goma first reported by IOM", "history Goma --facet fighting"),
        ("compare Goma in March 2025 with Goma in May 2025", "diff Goma 2025-03-31 2025-05-31"),
        ("was Goma captured by MSF", "known Goma --facet control"),
        ("did Hamas confirm the loss of Goma", "claims Goma --facet control"),
        ("who contradicts M23 on Goma", "claims Goma --status disputed"),
        ("is there disagreement over who controls Goma", "claims Goma --facet control"),
        ("I write about Goma. Who controlled it?", "known Goma --facet control"),
        ("according to ISW, who controls Goma", "known Goma --facet control"),
        ("who holds Walikal", "known Walikale --facet control"),
        ("when was the last drone attack on Goma", "history Goma --kind drone_activity"),
        ("what did Zelenskyy say after Goma fell", "history Goma --facet control"),
        ("who held Goma on the day Sake was captured", "history Sake --facet control"),
        ("who held Goma on the day of the ceasefire", "history Goma --facet ceasefire"),
        ("what changed in Goma after the withdrawal", "history Goma --kind withdrawal"),
        ("who held Goma on the eve of its fall", "history Goma --facet control"),
        ("when will Goma fall", "known Goma --facet statements"),
        ("does M23 plan to take Goma", "known Goma --facet statements"),
        ("do all sources agree on who holds Goma", "claims Goma --status disputed"),
        ("can we trust MSF on Goma", "claims Goma"),
        ("how soon was the fall of Goma known", "hindsight Goma DAY"),
        ("how many people has M23 killed in Goma", "history Goma --facet casualties"),
        ("has M23 killed civilians in Goma", "history Goma --facet civilians"),
        ("M23 killed soldiers in Goma", "history Goma --facet casualties"),
        ("has M23 captured soldiers in Goma", "history Goma --kind capture"),
        ("how many aid workers died in Rafah", "history Rafah --facet civilians"),
        ("is Goma about to fall", "known Goma --facet statements"),
        ("who broke the news that Goma fell", "claims Goma"),
        ("is Goma fully M23's", "known Goma --facet control"),
        ("is M23 encircling Goma", "known Goma --facet logistics"),
        ("is Goma still M23's or not", "known Goma --facet control"),
        ("is Goma in rebel hands since 2025", "history Goma --facet control"),
        ("how many prisoners does M23 hold in Goma", "known Goma"),
        ("how many people were killed by M23 in Goma", "history Goma --facet casualties"),
        ("who was reported captured in Goma", "known Goma --facet control"),
        ("what happened in Goma a week before 1 May 2025", "history Goma"),
        ("was Manbij taken by the SDF or by Turkey", "known Manbij --facet control"),
        ("what happend in Djibo on 11 May 2025", "known Djibo"),
        ("no fighting in Goma since 1 October?", "history Goma --facet fighting"),
        ("UN figures for Sweida", "known Sweida"),
    ],
)
def test_a_refusal_names_the_command_that_comes_near(
    wars: Timeline, question: str, nearest: str
) -> None:
    """Where a place is named there is always one."""
    assert shlex.join(refusal(wars, question).nearest) == nearest


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        (
            "Russian attacks in October",
            "history --from 2025-10-01 --to 2025-10-31 --facet fighting",
        ),
        ("which towns in Donetsk Oblast were captured", "control --region 'Donetsk Oblast'"),
        ("export the claims about Bakhmut as CSV", "claims Bakhmut"),
    ],
)
def test_an_export_that_comes_near_keeps_days_and_region(
    seeds: Timeline, question: str, nearest: str
) -> None:
    """Of attacks in a month it is not the situation of its last day."""
    assert shlex.join(refusal(seeds, question).nearest) == f"export {nearest}"


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("was Pokrovsk or Bakhmut shelled", "history Bakhmut --kind shelling"),
        ("is Pokrovsk held by Russia or Ukraine", "known Pokrovsk --facet control"),
        ("who lost Bakhmut to Russia", "known Bakhmut --facet control"),
    ],
)
def test_one_of_two_is_refused_with_what_answers_each(
    seeds: Timeline, question: str, each: str
) -> None:
    """And so is who lost a place."""
    error = refusal(seeds, question)
    assert each in [shlex.join(one) for one in (error.nearest, *error.further)]


def test_the_name_of_a_side_before_losses_is_said_to_be_the_place(seeds: Timeline) -> None:
    """`Ukraine losses` may be meant as those of Ukraine."""
    reading = seeds.ask("Ukraine losses", today=TODAY)
    assert reading.line == "timeline known Ukraine --facet casualties"
    assert any("is read as the place" in note.text for note in reading.notes)
    reading = seeds.ask("Ukraine losses in Pokrovsk", today=TODAY)
    assert not any("is read as the place" in note.text for note in reading.notes)


def test_a_refusal_about_no_place_names_no_command(wars: Timeline) -> None:
    """A command about PLACE could not be typed."""
    assert refusal(wars, "where's the front line in Kordofan").nearest == ()
    assert refusal(wars, "what happened recently").nearest == ()
    assert refusal(wars, "how late was the news").nearest == ()


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("did the ceasefire fail", "export situation --facet ceasefire"),
        ("who broke the ceasefire", "export history --facet ceasefire"),
        ("how many tanks have the RSF lost", "export situation --facet casualties"),
        ("who controls Wad Madani", "export situation --facet control"),
        ("situation in Wad Madani", "places find 'Wad Madani'"),
        ("what happened in Kordofan recently", "places find Kordofan"),
        ("where were the worst clashes", "export history --kind clash"),
    ],
)
def test_a_refusal_about_no_place_names_the_export_of_its_topic(
    wars: Timeline, question: str, nearest: str
) -> None:
    """Which speaks of all places."""
    assert shlex.join(refusal(wars, question).nearest) == nearest


def test_a_known_party_that_told_nothing_is_called_by_its_name(wars: Timeline) -> None:
    """And is no near spelling of a town."""
    why = str(refusal(wars, "what does the Kremlin say about Goma"))
    assert why.startswith("no report of this log is by Kremlin; leave it out")


def test_a_slip_of_a_word_is_shown_and_never_taken(wars: Timeline) -> None:
    """As near spellings of names are."""
    error = refusal(wars, "what happend in Djibo on 11 May 2025")
    assert error.suggestions[0] == "happened"
    assert 'no word that is understood here; near spellings: "' not in str(error)
    assert refusal(wars, "whats the lates on El Fasher").suggestions[0] == "latest"


@pytest.mark.parametrize(
    ("question", "each"),
    [
        (
            "what do rsf and saf say about El Fasher",
            ["known 'El Fasher' --party rsf", "known 'El Fasher' --party saf"],
        ),
        (
            "what do Houthis and Yemeni government say about Taiz on 20.10.2025",
            [
                "known Taiz 2025-10-20 --party houthis",
                "known Taiz 2025-10-20 --party ye.government",
            ],
        ),
        (
            "compare what RSF and SAF said about El Obeid",
            ["known 'El Obeid' --party rsf", "known 'El Obeid' --party saf"],
        ),
        (
            "what changed in Rafah since Oct 20 according to Israel and Hamas",
            [
                "diff Rafah 2025-10-19 2025-11-05 --window 17 --party il",
                "diff Rafah 2025-10-19 2025-11-05 --window 17 --party hamas",
            ],
        ),
    ],
)
def test_of_two_parties_the_command_for_each_is_named(
    wars: Timeline, question: str, each: list[str]
) -> None:
    """No command chooses two; both are to be typed as they stand."""
    error = refusal(wars, question)
    assert [shlex.join(one) for one in (error.nearest, *error.further)] == each
    assert "are 2 parties; ask about one party at a time" in str(error)


@pytest.mark.parametrize(
    ("question", "each"),
    [
        (
            "RSF vs SAF in El Fasher",
            ["known 'El Fasher' --party rsf", "known 'El Fasher' --party saf"],
        ),
        (
            "RSF and SAF losses in El Fasher on 20.10.2025",
            [
                "known 'El Fasher' 2025-10-20 --facet casualties --side rsf",
                "known 'El Fasher' 2025-10-20 --facet casualties --side saf",
            ],
        ),
        ("compare Goma and Bukavu", ["known Goma", "known Bukavu"]),
        (
            "compare RSF and SAF losses in El Fasher in May 2025",
            [
                "known 'El Fasher' 2025-05-31 --window 31 --facet casualties --side rsf",
                "known 'El Fasher' 2025-05-31 --window 31 --facet casualties --side saf",
            ],
        ),
        (
            "Goma versus Bukavu in February 2025",
            ["known Goma 2025-02-28 --window 28", "known Bukavu 2025-02-28 --window 28"],
        ),
        ("who holds Goma and Sake", ["known Goma --facet control", "known Sake --facet control"]),
        (
            "clashes and air strikes in Taiz",
            ["history Taiz --kind clash", "history Taiz --kind air_strike"],
        ),
    ],
)
def test_of_two_sides_places_or_topics_the_command_for_each_is_named(
    wars: Timeline, question: str, each: list[str]
) -> None:
    """None of them is passed over, and none is taken for the one that is meant."""
    error = refusal(wars, question)
    assert [shlex.join(one) for one in (error.nearest, *error.further)] == each


def test_both_commands_are_printed_with_the_store(seeds_store: Path) -> None:
    """On a line each, and for programs beside the nearest."""
    question = "what do ru and ua say about Pokrovsk"
    told = typed_on(seeds_store, "ask", question).stderr.splitlines()
    near = [line.removeprefix("nearest: timeline ") for line in told if "nearest:" in line]
    assert [line.split()[2:] for line in near] == [
        ["known", "Pokrovsk", "--party", "ru"],
        ["known", "Pokrovsk", "--party", "ua"],
    ]
    for line in near:
        typed(*shlex.split(line), code=0)
    told_as_json = json.loads(asked(seeds_store, question, "--format", "json").stderr)
    assert told_as_json["further"] == [["known", "Pokrovsk", "--party", "ua"]]


@pytest.mark.parametrize(
    ("question", "dates"),
    [
        ("who held Goma in winter 2023", "between 2023-12-01 and 2024-02-29"),
        ("Goma over the summer of 2025", "between 2025-06-01 and 2025-08-31"),
        ("fighting in Aleppo in spring 2025", "between 2025-03-01 and 2025-05-31"),
        ("fighting in Aleppo in autumn", "between 2025-09-01 and 2025-11-30"),
        ("what happened in Goma in the fall of 2023", "between 2023-09-01 and 2023-11-30"),
    ],
)
def test_of_a_season_two_dates_are_wanted(wars: Timeline, question: str, dates: str) -> None:
    """Which days are meant by it nobody has said."""
    assert f"write its two dates, as in {dates}" in str(refusal(wars, question))


def test_with_dots_the_day_comes_first_and_it_is_said(wars: Timeline) -> None:
    """Wherever dates have dots it does; the command takes the date as it is read."""
    assert notes(wars, "Goma 5.2.2025") == ['"5.2.2025" is read as 2025-02-05, the day first']
    assert "write its year too" in str(refusal(wars, "Goma on 27.1."))
    assert "is not in the calendar" in str(refusal(wars, "Goma on 31.11.2025"))


def test_case_spacing_and_punctuation_do_not_matter(seeds: Timeline) -> None:
    """A question is read as it is meant, however it was typed."""
    for question in (
        "WHAT DID WE KNOW ABOUT POKROVSK ON OCT 27",
        "  what   did we know about  pokrovsk, on oct. 27 ?! ",
        "«What did we know about \u201cPokrovsk\u201d on October 27th?»",
    ):
        assert seeds.ask(question, today=TODAY).line == "timeline known Pokrovsk 2025-10-27"


def test_every_kind_and_facet_has_a_word() -> None:
    """Whatever a report can be, a question can name."""
    named = {topic.value for topic in TOPICS.values()}
    assert named >= set(KINDS) - {"casualties", "ceasefire"}
    assert named >= {"control", "forces", "fighting", "logistics", "casualties", "civilians"}


def test_every_command_of_the_table_runs(seeds_store: Path) -> None:
    """The equal command is one that can be typed, and it answers."""
    for command in sorted({command for _, command in PHRASES}):
        words = shlex.split(command)
        result = typed_about(seeds_store, *words)
        assert result.exit_code == 0, (command, result.output)
        assert result.stdout


# Dates.


def notes(timeline: Timeline, question: str) -> list[str]:
    """What was filled in, loud notes in capitals."""
    reading = timeline.ask(question, today=TODAY)
    return [note.text.upper() if note.loud else note.text for note in reading.notes]


def test_a_date_without_a_year_says_which_it_was_taken_for(seeds: Timeline) -> None:
    """It is the latest that is not after the newest report of the log."""
    [said] = notes(seeds, "what did we know about Pokrovsk on Oct 26")
    assert "taken as 2025-10-26" in said
    assert "newest report (2025-10-27)" in said
    assert notes(seeds, "what did we know about Pokrovsk on 2025-10-26") == []
    assert notes(seeds, "what did we know about Pokrovsk on Oct 26 2025") == []


def test_a_date_of_long_ago_is_said_loudly(seeds: Timeline) -> None:
    """More than 180 days before the newest report it may well be another year that was meant."""
    [said] = notes(seeds, "what did we know about Pokrovsk on Oct 28")
    assert said.isupper()
    assert "2024-10-28, 364 DAYS BEFORE" in said
    assert notes(seeds, "what did we know about Pokrovsk on Apr 30")[0].islower() is False
    assert not notes(seeds, "what did we know about Pokrovsk on Apr 30")[0].isupper()
    assert notes(seeds, "what did we know about Pokrovsk on Apr 29")[0].isupper()
    assert notes(seeds, "what did we know about Pokrovsk on Feb 29")[0].startswith(
        '"FEB 29" HAS NO YEAR AND IS TAKEN AS 2024-02-29'
    )


def test_plans_are_no_numbers(seeds: Timeline) -> None:
    """What somebody intends is told in words, and read as such."""
    reading = seeds.ask("what are Putin's intentions in Donbas", today=TODAY)
    assert reading.words == "what Vladimir Putin had stated about Donbas by now"


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("yesterday", "2025-11-04"),
        ("the day before yesterday", "2025-11-03"),
        ("today", "2025-11-05"),
        ("3 days ago", "2025-11-02"),
        ("a week ago", "2025-10-29"),
        ("2 weeks ago", "2025-10-22"),
        ("a month ago", "2025-10-05"),
        ("a year ago", "2024-11-05"),
        ("Wednesday", "2025-11-05"),
        ("last Wednesday", "2025-10-29"),
        ("Monday", "2025-11-03"),
        ("Thursday", "2025-10-30"),
        ("last week", "2025-10-27 to 2025-11-02"),
        ("this week", "2025-11-03 to 2025-11-05"),
        ("last month", "2025-10-01 to 2025-10-31"),
        ("last year", "2024-01-01 to 2024-12-31"),
        ("past week", "2025-10-30 to 2025-11-05"),
        ("the last 10 days", "2025-10-27 to 2025-11-05"),
        ("last October", "2025-10-01 to 2025-10-31"),
        ("last November", "2024-11-01 to 2024-11-30"),
        ("two months ago", "2025-09-05"),
        ("over the weekend", "2025-11-01 to 2025-11-02"),
        ("last weekend", "2025-11-01 to 2025-11-02"),
    ],
)
def test_what_is_counted_from_today_says_which_day_it_is(
    seeds: Timeline, said: str, taken: str
) -> None:
    """No clock is hidden: the day that was taken and the day it was counted from are named."""
    note, *_ = notes(seeds, f"what happened in Pokrovsk {said}")
    assert f"is {taken}, counted from today, 2025-11-05" in note


def test_today_is_a_day_of_the_zone_of_the_store(tmp_path: Path) -> None:
    """Without --today it is the clock's, and it is said."""
    store = tmp_path / "timeline.db"
    typed_about(store, "add", *SEEDS)
    told = typed_about(store, "ask", "what happened in Pokrovsk yesterday").stderr
    assert "counted from today, 20" in told
    assert typed_about(store, "ask", "Pokrovsk", "--today", "soon").exit_code == 2


def test_a_range_over_new_year_needs_no_year(seeds: Timeline) -> None:
    """The end of a range is the first such date after its beginning."""
    line = seeds.ask("what changed in Pokrovsk between Dec 28 and Jan 3", today=TODAY).line
    assert line == "timeline diff Pokrovsk 2024-12-28 2025-01-03"


def test_a_log_without_reports_takes_today(tmp_path: Path) -> None:
    """Where no report is the newest, a date without a year is of today or before."""
    store = tmp_path / "empty.db"
    typed_about(store, "add", str(ROOT / "seeds" / "places.yaml"))
    with Timeline(store) as timeline:
        reading = timeline.ask("what did we know about Pokrovsk on Nov 5", today=TODAY)
        assert reading.arguments == ("Pokrovsk", "2025-11-05")
        assert "not after today" in reading.notes[0].text


# What is refused.


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("what did we know about Pokrovsk on Feb 30", '"Feb 30" is no day of the calendar'),
        ("what did we know about Pokrovsk on 32 October", '"32 October" is no day'),
        ("what did we know about Pokrovsk on Feb 29 2025", "no day of the calendar"),
        ("what did we know about Pokrovsk on 2025-13-45", "month 13"),
        ("what did we know about Pokrovsk on 10/27/2025", "does not begin with the year"),
        ("what did we know about Pokrovsk on 10/11/2025", "which number is the day"),
        ("what did we know about Pokrovsk on 27.10.25", "which number is the day"),
        ("what did we know about Pokrovsk on 10.27.2025", "month 27"),
        ("what did we know about Pokrovsk on the 27th", "a day of no month"),
        ("what did we know about Pokrovsk on Monday 28 October 2025", "is a Tuesday"),
        ("what did we know about Pokrovsk tomorrow", '"tomorrow" is no place'),
        ("what changed in Pokrovsk between Oct 27 and Oct 20", "ends before it begins"),
        ("what changed in Pokrovsk from 2025-10-27 to 2025-10-20", "ends before it begins"),
        ("what changed in Pokrovsk 2025-10-27/2025-10-20", "ends before it begins"),
        ("what changed in Pokrovsk Oct 27-20", "ends before it begins"),
        ("what changed in Pokrovsk since 2030", "lies after today"),
        ("what changed in Pokrovsk since 1000-01-01", "more than a hundred years"),
        ("what changed in Pokrovsk", "from when on is not said"),
        ("what did we learn later about Avdiivka", "later than when is not said"),
        ("what did we know about Atlantis on Oct 27", '"Atlantis" is no place'),
        ("what did we know about Pokrovsk and Bakhmut", "one place at a time"),
        ("what did Zelensky and Reuters say about Pokrovsk", "one party at a time"),
        ("what did MoD say about Pokrovsk", "names 3 parties"),
        ("what did we know about Pokrovsk on Oct 20 and since Oct 3", "not understood"),
        ("what did we know about Pokrovsk on Oct 20 since Oct 3", "more than one time"),
        ("list clashes and assaults in Pokrovsk", "one at a time"),
        (
            "what changed in Pokrovsk since Oct 20, confirmed",
            "a status (confirmed) does not go with",
        ),
        ("explain Pokrovsk", "nearest: timeline known Pokrovsk"),
        ("how has Bakhmut changed", "nearest: timeline history Bakhmut"),
        ("Bakhmut in the first half of Q4 2022", "has no certain days; write its two dates"),
        ("did Russia besiege Mariupol", "not by who lays it; ask whether it is besieged"),
        ("who encircled Pokrovsk", "nearest: timeline known Pokrovsk --facet logistics"),
        ("how long has Russia shelled Kherson", "timeline history Kherson --kind shelling"),
        ("how do we know Russia holds Bakhmut", "timeline known Bakhmut --facet control"),
        ("how do we know of infiltration in Pokrovsk", "timeline known Pokrovsk --kind infiltr"),
        ("who said 2000 soldiers in Pokrovsk", 'chosen by a number, as in "2000 soldiers"'),
        ("who claimed 1500 losses in Bakhmut", 'chosen by a number, as in "1500 losses"'),
        ("loss of 1500 soldiers in Bakhmut", 'chosen by a number, as in "1500 soldiers"'),
        ("between 1500 and 2000 Russians in Pokrovsk", 'as in "2000 Russians"'),
        ("up to 2000 soldiers in Pokrovsk", 'as in "2000 soldiers"'),
        ("who said 200 soldiers in Pokrovsk", "nearest: timeline known Pokrovsk --facet forces"),
        ("who said 1,500 soldiers in Pokrovsk", 'chosen by a number such as "1,500"'),
        ("who reported 12 dead in Kherson", "chosen by a number"),
        ("what happened at 2000 in Pokrovsk", '"at 2000" is no time; write a time as 20:00 UTC'),
        ("which claims about Bakhmut are contested", "does not go with"),
        ("how did Bakhmut change hands", "timeline history Bakhmut --facet control"),
        ("losses of Russian sources in Bakhmut", "tell, and are not told of; write of Russia"),
        ("what do ISW sources say about Bakhmut", '"sources" is not understood'),
        (
            "how many villages did Russia take in October",
            "timeline export history --facet control --from 2025-10-01 --to 2025-10-31",
        ),
        ("which town did Russia take in 2022", "export history --facet control --from 2022-01-01"),
        ("list all towns held by Russia on 1 June 2022", "export control --on 2022-06-01"),
        ("what did we know about Bakhmut day by day", "write from Oct 20 to Oct 27"),
        ("which towns changed hands since October", "history --facet control --from 2025-10-01"),
        ("what did we know on Oct 27", "nearest: timeline export situation --on 2025-10-27"),
        ("what did Zelensky say on Oct 26", "situation --on 2025-10-26 --party ua.zelenskyy"),
        ("what did we know about Bakhmut on 2023-05-21 by 2023", "or … as known on"),
        ("is the road to Chasiv Yar open", "timeline known 'Chasiv Yar' --facet logistics"),
        ("which claims by Zelenskyy were wrong", "nearest: timeline claims"),
        ("explain", "which claim is not said"),
        ("replay Pokrovsk from Oct 20 to Oct 27 according to Reuters", "does not go with"),
        ("first report", "first report of what"),
        ("what did we know", "no place is named"),
        ("what did we know about", "ends too early"),
        ("how many", "ends too early"),
        ("who will win the war", '"will win" is no place'),
        ("how many were hit in Kherson", '"how many were hit" counts people or things'),
        ("how many people have been shelled in Kherson", "nearest: timeline history Kherson"),
        ("which places were never contested", "something never was is what nobody reports"),
        ("which places were never contested", "timeline export history --facet control"),
        ("which places were ever contested", "timeline export history --facet control"),
        ("was Bakhmut never contested", "nearest: timeline history Bakhmut --facet control"),
        ("who lost Bakhmut and to whom", '"and to whom" asks for a second thing; ask for one'),
        ("did Avdiivka fall and when", '"and when" asks for a second thing'),
        ("did Avdiivka fall and if so who took it", '"and if so who took it" asks for a second'),
        ("when did Bakhmut fall, who says so", '"who says so" asks for a second thing'),
        ("when and by whom was Kherson taken", "nearest: timeline history Kherson --facet control"),
        ("what happened in Bakhmut, which fell in May", '"fell" is not understood after'),
        ("is Pokrovsk the capital of France", '"capital" is no place'),
        ("what did president Ukraine say about Pokrovsk", '"president" is no place'),
        ("where do Russia and Ukraine disagree about Pokrovsk", 'with whom "Russia" disagrees'),
        ("does Russia disagree on Bakhmut", "timeline claims Bakhmut --status disputed"),
        ("what is missing about Pokrovsk", 'what is "missing" may be soldiers, or reports'),
        ("who is losing in Pokrovsk", '"losing" is read only of a place, as in losing Bakhmut'),
        ("what did Kyiv deny about Pokrovsk", '"Kyiv" is a place here, and no party of that name'),
        ("what has Kyiv denied", '"Kyiv" is a place here, and no party of that name'),
        ("when did Kyiv admit that Avdiivka fell", '"Kyiv" is a place here, and no party of that'),
        ("how sure are we about Pokrovsk", '"sure" one may be is for the reader to judge'),
        ("how sure are we about Pokrovsk", "nearest: timeline claims Pokrovsk"),
        ("how certain is it that Pokrovsk fell", "timeline claims Pokrovsk --facet control"),
        ("what happened in Pokrovsk last night", '"night" is no day; write one, such as'),
        ("was there no fighting in Pokrovsk", 'what is left out by "no" cannot be asked for'),
        ("claims on Pokrovsk without ISW", 'what is left out by "without" cannot be asked for'),
        ("take back a report", "nearest: timeline retract ID --reported DATE --reason TEXT"),
        ("how do I withdraw my report on Pokrovsk", "timeline retract takes a report back"),
        ("retract the last report", '"retract the last report" is something to do, and ask only'),
        ("please retract it", "nearest: timeline retract ID --reported DATE --reason TEXT"),
        ("please delete the report about Pokrovsk", "nearest: timeline redact ID FIELD"),
        ("how can we correct a claim", "nearest: timeline correct ID FILE"),
        ("add a report about Pokrovsk", "nearest: timeline add FILE"),
        ("what happened in Pokrovsk this weekend", "has not begun; write last weekend"),
        ("who held Kherson in Q4", '"Q4" is a quarter of no year; write Q4 2022'),
        ("who held Kherson on 11 November 2022 at 15:00", "of no zone; write 15:00 UTC"),
        ("who held Kherson on 2022-11-11T15:00Z at 16:00 UTC", "has two times of day"),
        ("who held Kherson on 2022-11-11 at 27:00 UTC", "27:00"),
        ("what happened in Kherson at the start of 5 March 2022", "write the day, or a time"),
        ("replay Pokrovsk until Oct 27", "from when on is not said"),
        ("which towns did Russia hold on 1 June 2022", "timeline export control --on 2022-06-01"),
        ("Pokrovsk Russia on Oct 27", 'whether "Russia" says it, or it is said of "Russia"'),
        ("is Bakhmut held by ICRC", 'whether "ICRC" says it, or it is said of "ICRC"'),
        ("attacks by ICRC in Kherson", 'whether "ICRC" says it, or it is said of "ICRC"'),
        ("were Wagner Group in Bakhmut in May 2023", 'write "according to Wagner Group"'),
        ("Wagner Group in Bakhmut", 'write "according to Wagner Group"'),
        ("when did we first hear of Russian troops in Pokrovsk", "a side (Russia) does not go"),
        ("how many people were killed by Russia in Kherson", "by whom is not told of the killed"),
        ("which claims about Bakhmut were disputed by Russia", "who found it disputed cannot"),
        ("reports of Russians in Pokrovsk", '"reports of Russians" may be told by them, or about'),
        ("first mention of Russians in Pokrovsk", "may be told by them, or about them"),
        ("did Ukraine attack Russia", "one side at a time"),
        ("did Ukraine withdraw", "no place is named"),
        ("how many people were killed in Kherson on 9 and 11 November 2022", "ask about each"),
        ("how many strikes in Kherson in October and December 2022", "are two times"),
        ("did Ukraine deny the strike", "no place is named"),
        ("has Ukraine reported losses", "no place is named"),
        ("is Ukraine withdrawing", "no place is named"),
        ("has Ukraine withdrawn", "no place is named"),
        ("did Kherson deny the strike", '"Kherson" is a place here, and no party of that name'),
        ("did Kherson attack Bakhmut", "nearest: timeline history Bakhmut --facet fighting"),
        ("is Kherson attacking", '"Kherson" is a place here, and no party of that name'),
        ("Ukraine's losses on 1 June 2023", "on 2023-06-01 --facet casualties --side ua"),
        ("what happened in Kherson in Nov 22", "a day or a month of 2022; write on Nov 22, or in"),
        ("has Ukraine confirmed that Avdiivka fell", "who found it confirmed cannot be asked for"),
        ("Ukraine's claim about Russian losses", "no place is named"),
        ("what happened in Bakhmut in the fall of 2023", '"fall" may be a season'),
        ("clashes in Bakhmut in fall 2023", '"fall" may be a season'),
        ("attacks from Kherson", '"attacks from Kherson" may have been elsewhere'),
        ("did Ukraine withdraw to Pokrovsk", "may have been elsewhere; write in Pokrovsk"),
        ("what did the government say about Pokrovsk", "write United States Government or us."),
        ("claims of the General Staff", '"General Staff" may be anybody\'s'),
        ("could Pokrovsk fall", 'not understood after "could"'),
        ("would Ukraine withdraw from Pokrovsk", 'not understood after "would"'),
        ("may Pokrovsk fall", '"may" is no place'),
        ("did troops march on Pokrovsk", '"march" is no place'),
        ("what did we know then about Pokrovsk", '"then" is no day'),
        ("reports filed yesterday about Pokrovsk", 'not understood after "reports filed"'),
        ("timeline known Pokrovsk 2025-10-27", "run it as it stands"),
        ("who mentioned Pokrovsk first", 'ends with "first"'),
        ("colorless green ideas sleep furiously", "no place, party, date or word"),
        ("", "there is no question"),
        ("?!", "there is no question"),
        ("what " * 100, "more than 80 words"),
        ("x" * 5000, "more than 80 words"),
    ],
)
def test_what_cannot_be_read_is_refused(seeds: Timeline, question: str, why: str) -> None:
    """One line says why, and two questions that can be asked stand by it."""
    error = refusal(seeds, question)
    nearest = shlex.join(["nearest: timeline", *error.nearest]).replace("'", "", 2)
    assert why in f"{error} {nearest}"
    assert "\n" not in str(error)
    assert len(error.examples) == 2
    for other in error.examples:
        assert seeds.ask(other, today=TODAY).command in ("known", "diff")


def test_a_near_spelling_is_shown_and_never_taken(seeds: Timeline) -> None:
    """A letter too many is no other town; the towns that are spelled so are another matter."""
    error = refusal(seeds, "what did we know about Pokrovskk on Oct 27")
    assert any(near.startswith("Pokrovsk,") for near in error.suggestions)
    assert 'nothing is called "Pokrovskk"' in str(error)
    assert refusal(seeds, "what did Zelenski say about Pokrovsk").suggestions[0].startswith("zelen")
    [line] = {seeds.ask("what is known about Pokrovske", today=TODAY).line}
    assert line == "timeline known Pokrovske"


def test_a_name_that_is_not_known_is_told_where_the_day_is_asked_for(seeds: Timeline) -> None:
    """And the day is not said to be for the reader to look up, of a place called PLACE."""
    error = refusal(seeds, "when did Bakmut fall")
    assert str(error).startswith('nothing is called "Bakmut"; near spellings: Bakhmut')
    assert shlex.join(error.nearest) == "history Bakhmut --facet control"
    error = refusal(seeds, "when was Atlantis captured")
    assert str(error).startswith('"Atlantis" is no place')
    assert "PLACE" not in error.nearest


def test_what_was_understood_is_said(seeds_store: Path) -> None:
    """Exit 2: the reason, what the words stand for, and two examples, all on standard error."""
    result = asked(seeds_store, "what did Zelenskyy say about Pokrovsk on Oct 27 thereabouts")
    assert result.exit_code == 2
    assert result.stdout == ""
    error, understood, nearest, *examples = result.stderr.splitlines()
    assert nearest == "nearest: timeline known Pokrovsk"
    assert error.startswith('Error: nothing is called "th') or '"thereabouts" is no place' in error
    assert understood == (
        'understood: the party "Zelenskyy", the place "Pokrovsk", the date "Oct 27"'
    )
    assert [line.partition('"')[0] for line in examples] == ["try: timeline ask "] * 2


def test_what_comes_nearest_can_be_typed(seeds_store: Path) -> None:
    """A line by itself, with the store that was named, beside the reason and the examples."""
    result = typed_on(seeds_store, "ask", "is the road to Chasiv Yar open")
    assert result.exit_code == 2
    [line] = [line for line in result.stderr.splitlines() if line.startswith("nearest: ")]
    words = shlex.split(line.removeprefix("nearest: timeline "))
    assert words[2:] == ["known", "Chasiv Yar", "--facet", "logistics"]
    typed(*words, code=0)


def test_programs_get_the_refusal_as_an_object(seeds_store: Path) -> None:
    """With --format json the error carries what was understood, examples and near spellings."""
    result = asked(seeds_store, "what did we know about Pokrovskk", "--format", "json")
    assert result.exit_code == 2
    told = json.loads(result.stderr)
    assert told["error"] == "NotUnderstood"
    assert len(told["examples"]) == 2
    assert any("Pokrovsk" in near for near in told["suggestions"])


def test_an_ambiguous_place_is_refused_with_its_candidates() -> None:
    """Two places of one name: the question has to say which, and then is read."""
    places = [
        {"id": "x:north", "name": "North", "kind": "oblast"},
        {"id": "x:south", "name": "South", "kind": "oblast"},
        {"id": "x:one", "name": "Novosilka", "kind": "village", "parent": "x:north"},
        {"id": "x:two", "name": "Novosilka", "kind": "village", "parent": "x:south"},
    ]
    story = given(infiltration("a", "2025-10-20", place="x:one"), places=places)
    for reader_of in READERS:
        reader = reader_of(story.log)
        with pytest.raises(NotUnderstood, match="the name of 2 places") as refused:
            ask(reader, "what did we know about Novosilka", zone_of("UTC"), today=TODAY)
        assert set(refused.value.suggestions) == {"x:one", "x:two"}
        reading = ask(reader, "what is known of Novosilka, South", zone_of("UTC"), today=TODAY)
        assert reading.line == "timeline known 'Novosilka, South'"


def test_an_example_is_a_place_that_can_be_asked_about() -> None:
    """Neither coordinates, nor a name of several places, nor one that only looks like a name."""
    places = [
        {"id": "x:north", "name": "North", "kind": "oblast"},
        {"id": "x:south", "name": "South", "kind": "oblast"},
        {"id": "x:spot", "name": "44.5842, 33.3962", "kind": "village", "parent": "x:north"},
        {"id": "x:one", "name": "Betatown", "kind": "village", "parent": "x:north"},
        {"id": "x:two", "name": "Betatown", "kind": "village", "parent": "x:south"},
        {"id": "x:gamma", "name": "Gammatown", "kind": "village", "parent": "x:south"},
    ]
    told = [infiltration(one["id"], "2025-10-20", place=one["id"]) for one in places[2:]]
    story = given(*told, places=places)
    for reader_of in READERS:
        reader = reader_of(story.log)
        for question in ("colorless green ideas", "what did we know about Betatown"):
            with pytest.raises(NotUnderstood) as refused:
                ask(reader, question, zone_of("UTC"), today=TODAY)
            assert all("Gammatown" in example for example in refused.value.examples)


def test_an_example_says_which_of_two_of_one_name() -> None:
    """Where every place of the log shares its name with another one."""
    places = [
        {"id": "x:region", "name": "Betatown", "kind": "region"},
        {"id": "x:town", "name": "Betatown", "kind": "city", "parent": "x:region"},
    ]
    story = given(infiltration("a", "2025-10-20", place="x:town"), places=places)
    for reader_of in READERS:
        reader = reader_of(story.log)
        with pytest.raises(NotUnderstood, match="say which, by its id: Betatown") as refused:
            ask(reader, "what did we know about Betatown", zone_of("UTC"), today=TODAY)
        for question in refused.value.examples:
            made = ask(reader, question, zone_of("UTC"), today=TODAY)
            assert made.arguments[0] == "Betatown, Betatown"


def test_a_word_in_small_letters_is_near_no_name_by_chance() -> None:
    """`much` is no misspelt Luch, but `lutch` may be, and so may `Much`."""
    places = [{"id": "x:luch", "name": "Luch", "kind": "village"}]
    story = given(infiltration("a", "2025-10-20", place="x:luch"), places=places)
    for reader_of in READERS:
        reader = reader_of(story.log)
        for word, near in (("much", False), ("lutch", True), ("Much", True)):
            with pytest.raises(NotUnderstood) as refused:
                ask(reader, f"what was known of {word} in Luch", zone_of("UTC"), today=TODAY)
            assert bool(refused.value.suggestions) is near


# Whatever is typed.

WORDS = [
    *sorted(keywords()),
    *TOPICS,
    *STATUSES,
    *("Pokrovsk", "Donetsk Oblast", "Покровськ", "Zelensky", "Ukraine", "Russian", "Reuters"),
    *("27", "31", "99", "Oct", "Feb", "2025", "1000", "2025-10-27", "20-27", "20-Oct", "10/27"),
    *("2025-10-20/2025-10-27", "../2025", "0001-01-01", "9999-12-31", "2025-10-27T15:13Z"),
    *("Monday", "pokrovsk-2025-10-27-infiltration", "xyzzy", ",", "-", "'s", "\u202e", "\x00"),
]
QUESTIONS = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join),
    st.tuples(
        st.sampled_from([phrase for phrase, _ in PHRASES]),
        st.sampled_from(WORDS),
        st.integers(0, 9),
    ).map(lambda drawn: " ".join(_replaced(drawn[0].split(), drawn[1], drawn[2]))),
    st.text(max_size=80),
)


def _replaced(words: list[str], word: str, at: int) -> list[str]:
    return [*words[:at], word, *words[at + 1 :]]


def reads_or_refuses(timeline: Timeline, question: str) -> None:
    """Assert that a question is read as a command that can be typed, or refused in one line."""
    try:
        reading: Reading | NotUnderstood = timeline.ask(question, today=TODAY)
    except NotUnderstood as refused:
        reading = refused
    if isinstance(reading, NotUnderstood):
        assert str(reading)
        assert "\n" not in str(reading)
        assert len(reading.examples) == 2
        return
    command = cli.get_command(click.Context(cli), reading.command)
    assert command is not None
    command.make_context(reading.command, list(reading.arguments), parent=click.Context(cli))


@drawn(QUESTIONS)
@settings(max_examples=300)
@example("since since since 2025 to 20-Oct - and ,")
def test_any_words_are_read_or_refused(seeds: Timeline, question: str) -> None:
    """No words end in a traceback, and what is read is a command."""
    reads_or_refuses(seeds, question)


@pytest.mark.long
@drawn(QUESTIONS)
@settings(max_examples=10_000)
def test_ten_thousand_questions_are_read_or_refused(seeds: Timeline, question: str) -> None:
    """The same, ten thousand times."""
    reads_or_refuses(seeds, question)


# What is said of a reading.


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("how many civilians died in Mariupol in April 2022", "--kind civilian_harm leaves out"),
        ("how many soldiers were killed in Bakhmut in May 2023", "--facet casualties leaves out"),
        ("how many Russian soldiers were killed in Ukraine in June 2023", "from the beginning of"),
        ("what were the losses in Ukraine in June 2023", "from the beginning of the count"),
        ("how many people were killed in Ukraine in June 2023", "from the beginning of the count"),
        ("what happened in Kherson yesterday", "what held already by the end of 2025-11-04 comes"),
        ("logistics in Pokrovsk in October 2025", "as it stood at the end of 2025-10-31"),
        ("who held Kherson in 2022", "what held already by the end of 2022-01-01 comes first"),
        ("were there air strikes by Russia in Kherson", "about air strikes are not chosen by side"),
        ("what are Putin's intentions in Donbas", "what others tell of them, is left out"),
        ("what did Reuters report about Pokrovsk", "what they pass on, and"),
        ("what did Reuters report about Kherson", "only the 7 days before count"),
        ("who reported air strikes in Kherson", "only the 7 days before count"),
        (
            "which claims about Kherson were corrected in May 2022",
            "by the end of 2022-05-31 counts",
        ),
        ("who first reported the fall of Kherson", "the lowest line that does"),
        ("what happened in Kherson at the end of March 2022", "is taken as 2022-03-31"),
        ("what is unverified in Pokrovsk", "neither confirmed nor refuted"),
        ("how many people fled Kherson since 1 November 2022", "stood at the end of 2025-11-05"),
        ("how many troops were in Pokrovsk in October", "stood at the end of 2025-10-31"),
        ("Russian gains in Donetsk Oblast", "only the 7 days before count"),
        ("is Pokrovsk encircled", "told by how supplies get through"),
        ("did Russia deny the capture of Avdiivka", "denials stand among the claims"),
        ("losses of both sides in Bakhmut", "be they two or more"),
        ("Bakhmut in the first half of May 2023", "is taken as 2023-05-01 to 2023-05-15"),
        ("do the sources agree about Bakhmut", "of what is told once, nobody can disagree"),
    ],
)
def test_what_an_answer_leaves_to_the_reader_is_said(
    seeds: Timeline, question: str, says: str
) -> None:
    """What was not looked at, chosen or told apart stands in a note."""
    assert any(says in note for note in notes(seeds, question))


def test_a_list_of_happenings_opens_with_nothing_old(seeds: Timeline) -> None:
    """What only happens does not hold on, so that nothing need be said of it."""
    assert notes(seeds, "list clashes in Pokrovsk in October 2025") == []


def clash_in_kherson(folder: Path, day: str) -> Path:
    """A store of one report: twelve died in a clash on that day, which was told on it."""
    document = folder / "clash.yaml"
    document.write_text(f"""\
source: {{publisher: reuters, published: {day}}}
reports:
  - {{kind: clash, chain: [reuters], place: Kherson, happened: {day}, deaths: 12}}
""")
    store = folder / "timeline.db"
    assert typed_about(store, "add", str(document)).exit_code == 0
    return store


def test_a_month_is_looked_at_from_its_first_day(tmp_path: Path) -> None:
    """A clash of the third is found by whoever asks about its month, and its dead are counted."""
    store = clash_in_kherson(tmp_path, "2022-11-03")
    for question in (
        "clashes in Kherson in November 2022",
        "who reported fighting in Kherson in November 2022",
        "was there fighting in Kherson in November 2022",
        "what did Reuters say about Kherson in Q4 2022",
        "how many people were killed in Kherson in November 2022",
        "how many people died in Kherson on 3 November 2022",
        "did anybody die in Kherson on 3 November 2022",
        "was anyone killed in Kherson in November 2022",
        "what is the death toll in Kherson in November 2022",
    ):
        assert "12 deaths" in asked(store, question).stdout, question
    none = asked(store, "how many people died in Kherson on 4 November 2022").stdout
    assert "deaths" not in none


def test_a_number_is_counted_from_the_beginning_where_no_day_begins_it(tmp_path: Path) -> None:
    """Of the dead of a year none is left out, however long ago they died."""
    store = clash_in_kherson(tmp_path, "2022-03-03")
    for question in (
        "how many died in Kherson until November 2022",
        "how many people were killed in Kherson before 1 June 2022",
        "how many people had been killed in Kherson by 3 March 2022",
        "death toll in Kherson up to May 2022",
        "how many people have died in Kherson",
        "how many clashes have there been in Kherson so far",
    ):
        assert "12 deaths" in asked(store, question).stdout, question
    none = asked(store, "how many died in Kherson before 3 March 2022").stdout
    assert "deaths" not in none


def test_a_terminal_is_not_overrun(seeds_store: Path) -> None:
    """Lines break between words at its width; the equal command stays in one piece."""
    told = on_terminal(seeds_store, 60, "what happened in Pokrovsk on 27 October 2025")
    lines = [line for line in told.splitlines() if not line.startswith("same as: ")]
    assert len(lines) > 2
    assert all(len(line) <= 60 for line in lines)
    assert "same as: timeline history Pokrovsk --from 2025-10-27 --to 2025-10-27" in told
    assert "what held already by the end of 2025-10-27 comes first" in " ".join(told.split())


def on_terminal(store: Path, width: int, question: str) -> str:
    """What a question says on standard error, where that is a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    code = "from cli.main import cli; cli()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", question, "--today", TODAY.isoformat()],
        env=environment(TIMELINE_STORE=str(store)),
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    assert done.stdout
    os.close(theirs)
    told = os.read(ours, 65_536).decode()
    os.close(ours)
    return told


# What the seeds answer.


def same_as(result: Result) -> list[str]:
    """The command that a question said that it equals, as words."""
    [line] = [line for line in result.stderr.splitlines() if line.startswith("same as: ")]
    return shlex.split(line.removeprefix("same as: timeline "))


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (
            "what did we know about Pokrovsk on Oct 27",
            ["infiltration RU", "about 200", "about one-fifth", "UA supply difficult", "DeepState"],
        ),
        (
            "what changed in Pokrovsk between Oct 20 and Oct 27",
            ["+ infiltration RU: about 200", "+ about one-fifth unclear", "+ clash UA"],
        ),
        (
            "who claims control of Bakhmut",
            ["Wikipedia editors", "Official list", "held by RU", "2023-12-13"],
        ),
        (
            "when did we first hear of infiltration in Pokrovsk",
            ["infiltration RU: about 200", "General Staff of Ukraine", "2025-10-27"],
        ),
        (
            "what did we learn later about Avdiivka on 2024-02-18",
            ["Official list", "told 2025-02-28", "376 days late"],
        ),
        (
            "how many Russian troops were in Pokrovsk on Oct 27",
            ["infiltration RU: about 200", "force concentration RU"],
        ),
        (
            "what did Zelenskyy say about logistics in Pokrovsk",
            ["UA supply difficult", "Volodymyr Zelenskyy"],
        ),
        ("list clashes in Pokrovsk in October", ["2025-10-26", "clash UA – RU"]),
        ("was pokrovsk-2025-10-27-infiltration confirmed", ["General Staff", "CNBC"]),
    ],
)
def test_the_seeds_answer_as_a_reader_of_them_would(
    seeds_store: Path, question: str, says: list[str]
) -> None:
    """The answer holds what the articles say, and is what the equal command prints."""
    result = asked(seeds_store, question)
    assert result.exit_code == 0
    assert result.stderr.startswith("read as: ")
    for words in says:
        assert words in result.stdout
    equal = typed_about(seeds_store, *same_as(result))
    assert without_basis(result.stdout) == without_basis(equal.stdout)


def test_only_what_was_asked_for_is_answered(seeds_store: Path) -> None:
    """A party's words, a side's troops and a kind of event come without the others'."""
    said = asked(seeds_store, "what did Russia say about Pokrovsk on Oct 27").stdout
    assert "train station" in said
    assert "Zelenskyy" not in said.partition("ABOVE")[0]
    troops = asked(seeds_store, "how many Russian troops were in Pokrovsk on Oct 27").stdout
    assert "reinforcement UA" not in troops


def test_a_format_is_passed_on(seeds_store: Path) -> None:
    """The bytes are those of the equal command, and a format that it lacks is refused."""
    for form in ("json", "csv", "jsonl"):
        result = asked(seeds_store, "what did we know about Pokrovsk on Oct 27", "--format", form)
        words = ["known", "Pokrovsk", "2025-10-27", "--format", form]
        assert same_as(result) == words
        assert result.stdout == typed_about(seeds_store, *words).stdout
    for more in (["--raw"], ["--bom"], ["--raw", "--bom"]):
        question = "what did we know about Pokrovsk on Oct 27"
        result = asked(seeds_store, question, "--format", "csv", *more)
        words = ["known", "Pokrovsk", "2025-10-27", "--format", "csv", *more]
        assert same_as(result) == words
        assert result.stdout_bytes == typed_about(seeds_store, *words).stdout_bytes
        assert result.stdout_bytes.startswith(b"\xef\xbb\xbf") == ("--bom" in more)
    told = asked(seeds_store, "explain pokrovsk-2025-10-27-infiltration", "--format", "csv")
    assert told.exit_code == 2
    assert told.stdout == ""


def test_a_question_needs_no_quotes(seeds_store: Path) -> None:
    """Words of the shell are one question."""
    words = ["what", "did", "we", "know", "about", "Pokrovsk", "on", "2025-10-27"]
    assert same_as(typed_about(seeds_store, "ask", *words)) == ["known", "Pokrovsk", "2025-10-27"]


def test_a_store_that_was_named_is_named_in_the_equal_command(seeds_store: Path) -> None:
    """What is printed can be typed as it stands."""
    result = typed_on(seeds_store, "ask", "Pokrovsk 2025-10-27")
    assert f"same as: timeline --store {seeds_store} known Pokrovsk 2025-10-27" in result.stderr


def test_a_store_that_was_named_is_named_in_the_examples(tmp_path: Path) -> None:
    """What is shown to be typed next finds the same store, whatever its folder is called."""
    store = tmp_path / "my $log.db"
    typed_about(store, "add", *SEEDS)
    told = typed_on(store, "ask", "hello").stderr
    lines = [line for line in told.splitlines() if line.startswith("try: ")]
    assert len(lines) == 2
    for line in lines:
        words = shlex.split(line.removeprefix("try: timeline "))
        assert words[:2] == ["--store", str(store)]
        typed(*words, code=0)


def test_asking_loads_no_vocabulary_and_no_other_command_loads_the_grammar(
    seeds_store: Path,
) -> None:
    """The grammar's library is for `ask` alone, which does without pydantic and the log's own."""
    for words, heavy in (
        (["ask", "Pokrovsk 2025-10-27", "--format", "json"], {"pydantic", "eventsourcing", "yaml"}),
        (["known", "Pokrovsk", "--format", "json"], {"lark"}),
    ):
        code = (
            "import sys; from cli.main import cli\n"
            f"try: cli.main({words!r}, standalone_mode=False)\n"
            f"finally: sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
        )
        env = environment(TIMELINE_STORE=str(seeds_store))
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


# The options that questions needed.


def test_a_party_may_be_named_by_id_name_or_side(seeds: Timeline) -> None:
    """A side stands for all who belong to it."""
    by_id = seeds.known("Pokrovsk", "2025-10-27", party="ua.general_staff")
    by_name = seeds.known("Pokrovsk", "2025-10-27", party="General Staff")
    assert {claim.party for claim in by_id.claims} == {"ua.general_staff"}
    assert by_id.to_json() == by_name.to_json()
    side = seeds.known("Pokrovsk", "2025-10-27", party="ua")
    assert {claim.party for claim in side.claims} == {
        "ua.general_staff",
        "ua.zelenskyy",
        "ua.officials",
        "ua.7corps",
    }
    assert side.counts.parties == 4


def test_a_side_and_a_party_of_the_same_name_can_both_be_asked_for(tmp_path: Path) -> None:
    """The id as it is written is that party alone; the name of both is refused, with the ids."""
    store = tmp_path / "timeline.db"
    (tmp_path / "sudan.yaml").write_text("""\
source: {publisher: reuters, published: 2025-10-28}
parties:
  - {id: sd.saf, names: [SAF], side: saf}
reports:
  - kind: withdrawal
    place: {id: "local:elfasher", name: El Fasher, kind: city}
    chain: [sd.saf, reuters]
    happened: 2025-10-27
    side: saf
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "sudan.yaml")
        held = timeline.ask("was El Fasher held by saf on 2025-10-20", today=TODAY)
        left = timeline.ask("did saf withdraw from El Fasher", today=TODAY)
        said = timeline.known("El Fasher", "2025-10-28", party="saf")
    assert held.line == "timeline known 'El Fasher' --valid 2025-10-20 --facet control"
    assert left.line == "timeline history 'El Fasher' --kind withdrawal --side saf"
    assert [claim.party for claim in said.claims] == ["sd.saf"]


@pytest.mark.parametrize(
    ("others", "told_of", "lines"),
    [
        ("", "saf", ["known 'El Fasher' --facet casualties --side saf", "--party saf"]),
        ("  - {id: sd.aid, names: [Aid], side: saf}\n", "saf", ["--side saf", None]),
        ("", "sd.saf", [None, None]),
    ],
)
def test_a_side_of_one_party_is_meant_by_its_name(
    tmp_path: Path, others: str, told_of: str, lines: list[str | None]
) -> None:
    """Unless others of the side may speak too, or reports tell of the party as of a side."""
    (tmp_path / "sudan.yaml").write_text(f"""\
source: {{publisher: reuters, published: 2025-10-28}}
parties:
  - {{id: sd.saf, names: [SAF], side: saf}}
{others}reports:
  - kind: withdrawal
    place: {{id: "local:elfasher", name: El Fasher, kind: city}}
    chain: [sd.saf, reuters]
    happened: 2025-10-27
    side: {told_of}
""")
    with open_timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.add(tmp_path / "sudan.yaml")
        for question, line in zip(
            ("SAF losses in El Fasher", "what did the SAF say about El Fasher"), lines, strict=True
        ):
            if line is None:
                error = refusal(timeline, question)
                assert "write one of saf, sd.saf; saf is all" in str(error)
                assert [error.nearest[-1], error.further[0][-1]] == ["saf", "sd.saf"]
            else:
                assert timeline.ask(question, today=TODAY).line.endswith(line)


def test_who_is_the_word_that_asks_and_who_in_capitals_a_party(tmp_path: Path) -> None:
    """A log that knows the WHO is still asked who said or holds something."""
    store = tmp_path / "timeline.db"
    (tmp_path / "sudan.yaml").write_text("""\
source: {publisher: reuters, published: 2025-10-28}
parties:
  - {id: who, names: [World Health Organization, WHO]}
reports:
  - kind: civilian_harm
    place: {id: "local:elfasher", name: El Fasher, kind: city}
    chain: [who, reuters]
    happened: 2025-10-27
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "sudan.yaml")
        for question, command in (
            ("who said El Fasher was captured", "known 'El Fasher' --facet control"),
            ("Who controls El Fasher?", "known 'El Fasher' --facet control"),
            ("WHO CONTROLS EL FASHER", "known 'El Fasher' --facet control"),
            ("what did the WHO say about El Fasher", "known 'El Fasher' --party who"),
        ):
            assert timeline.ask(question, today=TODAY).line == f"timeline {command}", question
        with pytest.raises(NotUnderstood, match='"who" is not understood'):
            timeline.ask("what did who say about El Fasher", today=TODAY)


def test_sides_that_only_have_codes_are_told_where_a_name_is_not_known(tmp_path: Path) -> None:
    """Nobody can guess that Freedonia is `fd` in a log that has only heard of its ministry."""
    store = tmp_path / "timeline.db"
    (tmp_path / "towns.yaml").write_text("""\
source: {publisher: tass, published: 2025-11-20}
parties: [{id: fd.mod, names: [Ministry of War], side: fd}]
reports:
  - {kind: clash, place: Kupiansk, chain: [fd.mod, tass], happened: 2025-11-20}
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "towns.yaml")
        with pytest.raises(NotUnderstood, match="sides go by their codes in this log: fd"):
            timeline.ask("when did Freedonia first claim Kupiansk", today=TODAY)
        with pytest.raises(NotUnderstood) as refused:
            timeline.ask("is Kupiansk safe", today=TODAY)
        assert "codes" not in str(refused.value)


def test_a_side_without_a_name_here_goes_by_that_of_the_shipped_list(tmp_path: Path) -> None:
    """Of its losses others tell; of what a side says that told nothing there is nothing to show."""
    store = tmp_path / "timeline.db"
    (tmp_path / "losses.yaml").write_text("""\
source: {publisher: reuters, published: 2025-11-20}
reports:
  - {kind: casualties, place: Ukraine, chain: [desk], happened: 2025-11-20, side: RU, killed: 9}
  - {kind: clash, place: Kupiansk, chain: [ua.mod, reuters], happened: 2025-11-20}
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "losses.yaml")
        for whose in ("Russian losses", "losses of Russia", "losses of RU"):
            read = timeline.ask(f"{whose} in Ukraine on 2025-11-20", today=TODAY)
            assert read.line == "timeline known Ukraine 2025-11-20 --facet casualties --side ru"
            assert "casualties of Russia in Ukraine" in read.words
        with pytest.raises(NotUnderstood, match="no report of this log is by Russia"):
            timeline.ask("what did Russia say about Ukraine", today=TODAY)
        said = timeline.ask("what did the Ukrainians say about Kupiansk", today=TODAY)
        assert said.line == "timeline known Kupiansk --party ua"
        with pytest.raises(NotUnderstood, match='"Syrian" is no place'):  # nobody tells of Syria
            timeline.ask("Syrian losses in Ukraine on 2025-11-20", today=TODAY)


def test_a_side_is_one_where_its_country_is_a_place_of_the_log(tmp_path: Path) -> None:
    """Data sets tell of Russia as of a place, and a log need not know the side by a name."""
    store = tmp_path / "timeline.db"
    (tmp_path / "events.yaml").write_text("""\
source: {publisher: reuters, published: 2025-11-20}
reports:
  - kind: clash
    place: {id: "iso:RU", name: Russia, kind: country}
    chain: [ucdp]
    happened: 2025-11-20
  - kind: infiltration
    place: Kupiansk
    chain: [ru.forces]
    happened: 2025-11-20
    side: RU
    size: 9
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "events.yaml")
        for question, command in (
            ("did Russia take Kupiansk", "history Kupiansk --facet control"),
            ("are there Russian troops in Kupiansk", "known Kupiansk --facet forces --side ru"),
            ("has Russia entered Kupiansk", "known Kupiansk --facet forces --side ru"),
            ("what happened in Russia on 20 November 2025", "history Russia --from 2025-11-20"),
        ):
            assert timeline.ask(question, today=TODAY).line.startswith(f"timeline {command}")


def test_a_country_that_no_party_is_called_by_is_no_side(tmp_path: Path) -> None:
    """Its losses are not those in it; a side of which only others tell goes by its code."""
    store = tmp_path / "timeline.db"
    (tmp_path / "events.yaml").write_text("""\
source: {publisher: reuters, published: 2025-11-20}
places:
  - {id: "iso:LB", name: Lebanon, kind: country}
  - {id: "x:tyre", name: Tyre, kind: city, parent: "iso:LB"}
reports:
  - {kind: casualties, place: Tyre, chain: [desk], happened: 2025-11-20, side: LB, killed: 9}
  - {kind: clash, place: Lebanon, chain: [desk], happened: 2025-11-20}
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "events.yaml")
        for question in (
            "what were Lebanon's losses",
            "losses of Lebanon in Tyre",
            "how many soldiers did Lebanon lose in Tyre",
            "Lebanon's claims about Tyre",
        ):
            why = refusal(timeline, question)
            assert '"Lebanon" is a place here, and no party of that name' in str(why)
        read = timeline.ask("Lebanon losses", today=TODAY)
        assert "read as the place where it was; no party" in read.notes[-1].text
        assert timeline.ask("losses in Lebanon", today=TODAY).arguments[0] == "Lebanon"
        for question in ("losses of LB in Tyre", "lb losses in Tyre"):
            assert timeline.ask(question, today=TODAY).line.endswith("--side lb")
        with pytest.raises(NotUnderstood, match="no report of this log is by lb"):
            timeline.ask("what did LB say about Tyre", today=TODAY)


def test_a_small_word_is_no_town_of_that_name(tmp_path: Path) -> None:
    """Fortaleza is called `For` too; for somebody who asks for Pokrovsk it is not meant."""
    store = tmp_path / "timeline.db"
    (tmp_path / "towns.yaml").write_text("""\
source: {publisher: reuters, published: 2025-11-20}
reports:
  - {kind: clash, place: Pokrovsk, chain: [reuters], happened: 2025-11-20}
  - kind: clash
    place: {id: "local:for", name: Fortaleza, kind: city, aliases: [For, Tell]}
    chain: [reuters]
    happened: 2025-11-20
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "towns.yaml")
        why = refusal(timeline, "what are the sources for Pokrovsk")
        assert "which claim is not said" in str(why)
        assert "about Pokrovsk on" in refusal(timeline, "tell me why Pokrovsk is lost").examples[0]
        assert timeline.ask("who holds For", today=TODAY).arguments[0] == "Fortaleza"


def test_an_army_is_that_of_the_country_asked_about(tmp_path: Path) -> None:
    """The one army that the log lists is not the army of every war in it."""
    store = tmp_path / "timeline.db"
    (tmp_path / "wars.yaml").write_text("""\
source: {publisher: reuters, published: 2025-10-28}
parties:
  - {id: mm.army, names: [Myanmar military], side: mm.army}
places:
  - {id: "iso:MM", name: Myanmar, kind: country}
  - {id: "local:lashio", name: Lashio, kind: city, parent: "iso:MM"}
  - {id: "local:elfasher", name: El Fasher, kind: city}
reports:
  - {kind: clash, place: Lashio, chain: [mm.army, reuters], happened: 2025-10-27}
  - {kind: clash, place: El Fasher, chain: [reuters], happened: 2025-10-27}
""")
    with open_timeline(store, create=True) as timeline:
        timeline.add(tmp_path / "wars.yaml")
        here = timeline.ask("did the army withdraw from Lashio", today=TODAY)
        assert here.line == "timeline history Lashio --kind withdrawal --side mm.army"
        for question in (
            "did the army withdraw from El Fasher",
            "what did the army say about El Fasher",
            "is El Fasher held by the army",
            "how reliable is the army",
        ):
            with pytest.raises(NotUnderstood, match="write Myanmar military or"):
                timeline.ask(question, today=TODAY)
        named = timeline.ask("what did the Myanmar military say about El Fasher", today=TODAY)
        assert named.line == "timeline known 'El Fasher' --party mm.army"


def test_a_partys_claim_still_shows_who_disputes_it(seeds: Timeline) -> None:
    """What is left out of an answer is not taken out of the reckoning."""
    every = {claim.claim: claim for claim in seeds.known("Bakhmut", "2023-05-21").claims}
    own = seeds.known("Bakhmut", "2023-05-21", party="wikipedia").claims
    assert any(claim.disputes for claim in own)
    assert own == [every[claim.claim] for claim in own]


def test_an_unknown_party_or_kind_is_refused(seeds_store: Path) -> None:
    """One line, exit 2, with what is near or what there is."""
    party = typed_about(seeds_store, "known", "Pokrovsk", "--party", "Reuterz")
    assert party.exit_code == 2
    assert "near spellings: reuters" in party.stderr
    kind = typed_about(seeds_store, "known", "Pokrovsk", "--kind", "clashes")
    assert kind.exit_code == 2
    assert "write one of infiltration," in kind.stderr


def test_the_first_of_claims_is_the_one_told_first(seeds: Timeline) -> None:
    """By when the world learned of it, and not by when it happened."""
    [first] = seeds.claims("Bakhmut", party="wikipedia", first=True).claims
    assert first.claim.report == "bakhmut-wikipedia-2023-05-20t1612z"
    [first] = seeds.claims("Bakhmut", party="ua.official_list", facet="control", first=True).claims
    assert first.told == "2025-03-01T00:00:00Z"


def test_readers_agree_on_parties_and_on_the_newest_report() -> None:
    """Corrected, mended and retracted reports too, at every cut."""
    story: Story = (
        given(
            clash("a", "2025-10-01", by="ua"),
            clash("b", "2025-10-20", by="ru"),
            infiltration("c", "2025-10-05", by="reuters"),
            clash("d", "2025-11-10"),
        )
        .corrected("a", reported="2025-10-30")
        .mended("b", happened="2025-10-19", reported="2025-10-19")
        .mended("d", happened="2025-11-05", reported="2025-11-05")
        .retracted("c", "2025-10-12")
    )
    for known in ("2025-09-30", "2025-10-01", "2025-10-12", "2025-10-20", "2025-11-01", "2025-12"):
        cut = AsOf(**{clock: _end(known) for clock in ("valid", "known")})
        assert len({reader_of(story.log).newest(cut) for reader_of in READERS}) == 1
    assert all(set(reader_of(story.log).subjects()) == {"ru"} for reader_of in READERS)
    parties = [dict(reader_of(story.log).parties()) for reader_of in READERS]
    assert all(one == parties[0] for one in parties)
    assert set(parties[0]) == {"ua", "ru", "reuters"}


def _end(day: str) -> int:
    from events.when import parse_cut

    return parse_cut(day, zone_of("UTC"))


def test_a_party_is_named_by_id_name_or_the_last_part_of_its_id() -> None:
    """What goes before is not also taken for less; of several the ids are told in order."""
    listed = [
        Party("ru.mod", ("Russian Ministry", "MoD"), "RU"),
        Party("ua.mod", ("Ministry",), "UA"),
        Party("ua.7corps", (), "UA"),
        Party("ua", ("Ukraine",), "UA"),
        Party("z.wire", ("Wire",)),
        Party("a.wire", ("Wire",)),
    ]
    book = PartyBook({one.id: one for one in listed})
    named = {
        name: [one.id for one in book.named(name)]
        for name in ("ua.mod", "MOD", "ukraine", "7Corps", "wire", "ru", "nobody")
    }
    assert named == {
        "ua.mod": ["ua.mod"],
        "MOD": ["ru.mod"],
        "ukraine": ["ua"],
        "7Corps": ["ua.7corps"],
        "wire": ["a.wire", "z.wire"],
        "ru": ["ru"],
        "nobody": [],
    }
    assert book.named("7corps", tails=False) == []
    assert book.coded() == ["ru"]  # of Ukraine the log knows the name
    assert book.near("mods") == ["mod"]
