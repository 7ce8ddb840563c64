"""The pickles inside PyTorch files, read as data: no name is imported and nothing is called.

A pickle is a program for a small stack machine.  This module is such a machine with only the
instructions that state dicts need.  Where Python would import, call or set state, it builds the
descriptions of `pickled` or raises InputError.
"""

import pickletools
from dataclasses import dataclass, field
from typing import IO, Any

from mondeq_ref.arrays import InputError
from mondeq_ref.files.pickled import MAX_EXTENT, Value, built, named, storage_named

MAX_INSTRUCTIONS = 1 << 18  # some thousand tensors with their optimizer state

_CONSTANTS: dict[str, Value] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
    *("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
}
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_OTHERS = {
    *("PROTO", "FRAME", "STOP", "MARK", "TUPLE", "EMPTY_DICT", "EMPTY_LIST"),
    *("SETITEM", "SETITEMS", "APPEND", "APPENDS"),
    *("BINPUT", "LONG_BINPUT", "MEMOIZE", "BINGET", "LONG_BINGET"),
    *("GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD", "BINPERSID"),
}
_KNOWN = {*_CONSTANTS, *_LITERALS, *_TUPLES, *_OTHERS}
_INSTRUCTIONS = {opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes}


def unpickled(stream: IO[bytes]) -> Value:
    """The value of the pickle that begins here; the stream then is at the end of the pickle."""
    machine = _Machine()
    try:
        for _ in range(MAX_INSTRUCTIONS):
            instruction, argument = _next(stream)
            if instruction == "STOP":
                return machine.stack.pop()
            machine.step(instruction, argument)
    except (IndexError, KeyError):  # an empty stack, a memo that was never stored
        raise InputError("its pickle is damaged") from None
    raise InputError(f"its pickle has more than {MAX_INSTRUCTIONS} instructions")


def _next(stream: IO[bytes]) -> tuple[str, Any]:
    code = stream.read(1)
    if not code:
        raise InputError("its pickle ends too early")
    opcode = _INSTRUCTIONS.get(code)
    if opcode is None:
        raise InputError("its pickle is damaged")
    if opcode.name not in _KNOWN:  # before its argument is read
        raise InputError(f"its pickle uses {opcode.name}, which no state dict needs")
    try:
        if opcode.name == "GLOBAL":  # pickletools would resolve escapes, which Python does not
            return opcode.name, f"{_line(stream)} {_line(stream)}"
        return opcode.name, None if opcode.arg is None else opcode.arg.reader(stream)
    except ValueError:  # cut short, or text that is no text
        raise InputError("its pickle is damaged or ends too early") from None


def _line(stream: IO[bytes]) -> str:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise ValueError("a line without an end")
    return line[:-1].decode()


@dataclass
class _Machine:
    stack: list[Value] = field(default_factory=list["Value"])
    below: list[list[Value]] = field(default_factory=list["list[Value]"])  # one for each MARK
    memo: dict[int, Value] = field(default_factory=dict[int, "Value"])

    def step(self, instruction: str, argument: Any) -> None:
        if instruction in _CONSTANTS:
            self.stack.append(_CONSTANTS[instruction])
        elif instruction in _LITERALS:
            self.stack.append(argument)
        elif instruction in _TUPLES:
            self.stack.append(tuple(self._popped(_TUPLES[instruction])))
        else:
            self._arrange(instruction, argument)

    def _arrange(self, instruction: str, argument: Any) -> None:
        """Execute an instruction on containers or the memo."""
        match instruction:
            case "MARK":
                self.below.append(self.stack)
                self.stack = []
            case "TUPLE":
                items = self._since_mark()
                self.stack.append(tuple(items))
            case "EMPTY_DICT":
                self.stack.append({})
            case "EMPTY_LIST":
                self.stack.append([])
            case "SETITEM" | "APPEND":
                items = self._popped(2 if instruction == "SETITEM" else 1)
                _extend(self.stack[-1], items)
            case "SETITEMS" | "APPENDS":
                items = self._since_mark()
                _extend(self.stack[-1], items)
            case "BINPUT" | "LONG_BINPUT":
                self.memo[argument] = self.stack[-1]
            case "MEMOIZE":
                self.memo[len(self.memo)] = self.stack[-1]
            case "BINGET" | "LONG_BINGET":
                self.stack.append(self.memo[argument])
            case "PROTO" | "FRAME":
                pass
            case _:
                self._describe(instruction, argument)

    def _describe(self, instruction: str, argument: Any) -> None:
        """Execute an instruction for which Python would import, call or set state."""
        match instruction:
            case "GLOBAL":
                self.stack.append(named(argument))
            case "STACK_GLOBAL":
                module, name = self._popped(2)
                self.stack.append(named(f"{module} {name}" if isinstance(module, str) else "?"))
            case "REDUCE":
                function, arguments = self._popped(2)
                self.stack.append(built(function, arguments))
            case "BINPERSID":
                self.stack.append(storage_named(self.stack.pop()))
            case "BUILD":  # the `_metadata` of a state dict: version numbers, dropped
                state = self.stack.pop()
                if not (isinstance(state, dict) and isinstance(self.stack[-1], dict)):
                    raise InputError("its pickle sets the state of something that is not a dict")
            case _:
                raise AssertionError(instruction)

    def _popped(self, count: int) -> list[Value]:
        return [self.stack.pop() for _ in range(count)][::-1]

    def _since_mark(self) -> list[Value]:
        items, self.stack = self.stack, self.below.pop()
        return items


def _extend(target: Value, items: list[Value]) -> None:
    """A list takes the items, a dict takes them as pairs."""
    if isinstance(target, list):
        target.extend(items)
    elif isinstance(target, dict) and len(items) % 2 == 0:
        for key, value in zip(items[::2], items[1::2], strict=True):
            # other keys could be made to collide, or to take long to hash
            if not isinstance(key, str) and not (isinstance(key, int) and abs(key) < MAX_EXTENT):
                raise InputError("its pickle has a dict key that is neither text nor a number")
            target[key] = value
    else:
        raise InputError("its pickle is damaged")
