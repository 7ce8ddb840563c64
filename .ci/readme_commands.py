"""Print the README's set-up commands, one a line: the shell blocks that make an environment."""

import re
import sys
from pathlib import Path

blocks = re.findall(r"```sh\n(.*?)```", Path(sys.argv[1]).read_text(encoding="utf-8"), re.DOTALL)
commands = [" ".join(block.split("\n")).strip() for block in blocks if "python3 -m venv" in block]
if len(commands) != 2:
    sys.exit(f"the README must hold exactly two set-up commands, found {len(commands)}")
print(*commands, sep="\n")
