"""The operators of a study: each is a small description, and the same operator wherever built.

    shipped    {"kind", "name", "sha256"}
    file       {"kind", "path", "sha256", "layout", "margin"}: read once, by who starts the sweep
    random     {"kind", "family", "n", "margin", "seed", "index"}
    trained    {"kind", "dataset", "limit", "seed", "recipe"}: trained anew, nothing is stored

The randomness of an operator is drawn from the digest of its description.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from mondeq_ref.arrays import InputError
from mondeq_ref.datasets.load import load
from mondeq_ref.files.layouts import LAYOUT_NAMES
from mondeq_ref.files.load import file_digest, load_operator
from mondeq_ref.instances import shipped
from mondeq_ref.instances.families import FAMILIES, SIZED
from mondeq_ref.operator import Operator
from mondeq_ref.study.sweeps.tables import StrictTable, a, one_of, within
from mondeq_ref.train.loop import Images
from mondeq_ref.train.loop import train as train_loop
from mondeq_ref.train.recipe import Recipe

Description = Mapping[str, Any]

KINDS = ("shipped", "file", "random", "trained")
DATASETS = ("glyphs", "mnist")
MOST_UNITS = 2000
MOST_OPERATORS = 1_000_000


@dataclass(frozen=True, eq=False)
class SweptOperator:
    """An operator's description, and the operator itself where it was read from a file."""

    description: Description
    given: Operator | None = None

    def operator(self) -> Operator:
        return built(self.description) if self.given is None else self.given


def digest_of(value: object) -> str:
    """SHA-256 of the canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).hexdigest()


def generator(value: object) -> np.random.Generator:
    """The randomness that belongs to a description."""
    return np.random.default_rng(int(digest_of(value), 16))


def subjects(table: object, number: int, seed: int, folder: Path) -> Iterator[SweptOperator]:
    """The operators of one [[operators]] table, in the order in which the study lists them."""
    with StrictTable(table, f"operators[{number}]") as held:
        kind = held.get("kind", one_of(KINDS))
        if kind == "shipped":
            return _shipped(held)
        if kind == "file":
            return _files(held, folder)
        return _random(held, seed) if kind == "random" else _trained(held)


def _shipped(held: StrictTable) -> Iterator[SweptOperator]:
    known = shipped.names()
    names = held.all("names", one_of(known), known)
    return (
        SweptOperator({"kind": "shipped", "name": name, "sha256": shipped.digest(name)})
        for name in names
    )


def _files(held: StrictTable, folder: Path) -> Iterator[SweptOperator]:
    paths = held.all("paths", a(str))
    layout = held.get("layout", one_of(LAYOUT_NAMES), None)
    more = {"layout": layout, "margin": held.get("margin", a(float), None)}
    return (_file(path, str(folder / path), more) for path in paths)


def _file(path: str, place: str, more: dict[str, Any]) -> SweptOperator:
    operator = load_operator(place, more["layout"], more["margin"])
    description = {"kind": "file", "path": path, "sha256": file_digest(place), **more}
    return SweptOperator(description, operator)


def _random(held: StrictTable, seed: int) -> Iterator[SweptOperator]:
    families = held.all("families", one_of(tuple(FAMILIES)))
    sizes = held.all("sizes", within(1, MOST_UNITS), None) or (None,)
    margins = held.all("margins", a(float), None) or (None,)
    count = held.get("count", within(1, MOST_OPERATORS), 1)
    for family in families:
        if sizes != (None,) and family not in SIZED:
            raise InputError(f"sizes of {held.where}: the family {family} has one size only")
    for margin in margins:
        if margin is not None and not 0 < margin < np.inf:
            raise InputError(f"each margin of {held.where} must be a number > 0, got {margin}")
    return (
        SweptOperator(
            {"kind": "random", "family": f, "n": n, "margin": m, "seed": seed, "index": k}
        )
        for f, n, m, k in product(families, sizes, margins, range(count))
    )


def _trained(held: StrictTable) -> Iterator[SweptOperator]:
    dataset = held.get("dataset", one_of(DATASETS), "glyphs")
    seeds = held.all("seeds", within(0, 10**18))
    sizes = held.all("sizes", within(1, MOST_UNITS), (Recipe.hidden,))
    limit = held.get("limit", within(1, 10**9), None)
    usual = Recipe()
    recipe: dict[str, Any] = {
        "epochs": held.get("epochs", within(1, 10**6), usual.epochs),
        "batch": held.get("batch", within(1, 10**6), usual.batch),
        "learning_rate": held.get("learning_rate", a(float), usual.learning_rate),
    }
    Recipe(**recipe)  # refuses what it cannot train with
    about = {"kind": "trained", "dataset": dataset, "limit": limit}
    return (
        SweptOperator({**about, "recipe": {"hidden": hidden, "seed": seed, **recipe}})
        for hidden, seed in product(sizes, seeds)
    )


def built(description: Description) -> Operator:
    """The operator of a description that is no file."""
    kind = description["kind"]
    if kind == "shipped":
        return shipped.operator(description["name"])
    if kind == "random":
        return _drawn(description)
    if kind == "trained":
        return _taught(description)
    raise InputError("an operator from a file is read where the sweep is started")


def _drawn(description: Description) -> Operator:
    rng, family = generator(description), description["family"]
    n, margin = description["n"], description["margin"]
    made = FAMILIES[family](rng) if n is None else SIZED[family](rng, n)
    if margin is None:
        return made
    if made.factors is None:
        raise InputError(f"the family {family} is given by no factors, whose margin could be set")
    return type(made.factors)(made.factors.A, made.factors.S, margin).operator(made.U, made.b)


def _taught(description: Description) -> Operator:
    recipe = Recipe(**description["recipe"])
    taught = load(description["dataset"], "train", description["limit"], recipe.seed)
    with TemporaryDirectory() as folder:
        run = train_loop(recipe, Images.of(taught, recipe), Path(folder) / "operator.npz")
    return run.parameters.operator()
