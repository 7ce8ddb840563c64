"""Code that repeats one question to an implementation and prints the error of its answer."""

from typing import Any

import numpy as np

from mondeq_ref.oracle.question import Ball, Question

MOST_NUMBERS = 160  # written out in a snippet; larger questions are drawn again


def snippet(
    question: Question, seed: int, random: int, where: str | None = None, plain: bool = True
) -> str:
    """The code of `reproduce(impl)`, with a call of it where MODULE:OBJECT is known.

    Unless `plain`, question and answer are converted as its capabilities say."""
    lines = _called(question, seed, random) if plain else _converted(question, seed, random)
    if where is not None:
        module, _, name = where.partition(":")
        top = name.partition(".")[0]
        made = f"{name}() if isinstance({name}, type) else {name}"
        lines += ["", "", f"from {module} import {top}", "", f"reproduce({made})"]
    return "\n".join(lines)


def _converted(question: Question, seed: int, random: int) -> list[str]:
    return [
        "import numpy as np",
        "from mondeq_ref.oracle.capabilities import Direct, asked",
        *_found(question, seed, random),
        "",
        "",
        "def reproduce(impl):",
        "    came = asked(Direct(impl), question)",
        "    for name, got in came.items() if isinstance(came, dict) else ():",
        "        right = question.expected[name]",
        "        center = getattr(right, 'center', None)",
        "        print(name, right if center is None else np.abs(got - center).max())",
    ]


def _called(question: Question, seed: int, random: int) -> list[str]:
    names = ", ".join(question.arguments)
    lines = ["import numpy as np", ""]
    size = sum(np.size(value) for value in question.arguments.values())
    balls = {name: one for name, one in question.expected.items() if isinstance(one, Ball)}
    size += sum(ball.center.size for ball in balls.values())
    if size <= MOST_NUMBERS:
        lines += [f"{name} = {_literal(value)}" for name, value in question.arguments.items()]
        right = {name: ball.center for name, ball in balls.items()}
        lines += [f"right = {{{', '.join(f'{k!r}: {_literal(v)}' for k, v in right.items())}}}"]
    else:
        lines += [
            *_found(question, seed, random),
            f"{names} = question.arguments.values()",
            "right = {name: ball.center for name, ball in question.expected.items()}",
        ]
    lines += ["", "", "def reproduce(impl):", f"    came = impl.{question.operation}({names})"]
    if question.operation == "gradients":
        lines += [
            "    named = came if hasattr(came, 'keys') else dict(zip(right, came))",
            "    for name in named.keys():",
            "        print(name, np.abs(np.asarray(named[name]) - right[name]).max())",
        ]
    elif question.operation == "quantize":
        lines += [
            "    for name, got in zip(right, came if isinstance(came, tuple) else (came,)):",
            "        print(name, np.abs(np.asarray(got) - right[name]).max())",
        ]
    elif len(balls) == 1 == len(question.expected):
        (name,) = balls
        lines += [f"    print(np.abs(np.asarray(came) - right[{name!r}]).max())"]
    else:
        lines += ["    print(came, right)"]
    return lines


def _found(question: Question, seed: int, random: int) -> list[str]:
    """The code that gets the question: a vector by its name, or drawn again."""
    if question.stored:
        return [
            "from mondeq_ref.oracle import vectors",
            "",
            f"question = vectors.read()[{question.test!r}]",
        ]
    return [
        "from mondeq_ref.oracle import drawn",
        "",
        f"question = drawn({seed}, {random})[{question.test!r}]",
    ]


def _literal(value: Any) -> str:
    """Decimals that read back to the same floats."""
    if isinstance(value, np.ndarray):
        if 0 in value.shape:
            return f"np.zeros({value.shape})"
        return f"np.array({value.tolist()!r})"
    return repr(value)
