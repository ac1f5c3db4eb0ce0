"""Check a proof of `timeline prove`, without the log and with nothing but Python's own library.

timeline prove REPORT > proof.json && python check_proof.py proof.json
"""

import json
import sys
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

proof = json.loads(Path(sys.argv[1]).read_text("utf-8"))
origin, size, root = proof["checkpoint"].splitlines()[:3]
leaf = b64decode(proof["leaf"])
state = json.loads(leaf[20 + int.from_bytes(leaf[16:18]) + int.from_bytes(leaf[18:20]) :])
index, last, digest = proof["index"], int(size) - 1, sha256(b"\x00" + leaf).digest()
holds = 0 <= index <= last and int.from_bytes(leaf[:8]) == index + 1
for other in map(b64decode, proof["path"]):  # RFC 9162, 2.1.3.2
    holds = holds and last > 0
    above = index % 2 or index == last
    digest = sha256(b"\x01" + (other + digest if above else digest + other)).digest()
    while above and index and not index % 2:
        index, last = index // 2, last // 2
    index, last = index // 2, last // 2
holds = holds and last == 0 and digest == b64decode(root)
for name, (salt, text) in proof.get("sealed", {}).items():
    said = json.dumps(text, ensure_ascii=False, separators=(",", ":")).encode()
    said = urlsafe_b64decode(salt + "==") + name.encode() + b"\0" + said
    seal = urlsafe_b64encode(sha256(said).digest()).decode()
    holds = holds and state["sealed"][name] + "=" == seal
if not holds:
    sys.exit("the proof does not hold: no such entry is in the log of this checkpoint")
print(f"entry {proof['index'] + 1} of the {size} of {origin}: {json.dumps(state)}")
