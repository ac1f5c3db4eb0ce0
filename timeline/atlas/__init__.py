"""The gazetteers of this machine: the places of the world, and those that the user loaded."""
