"""The runs of other seeds: those that the recipes name, as complete as those that ship."""

from data.make.recipes import other_seeds
from mondeq_ref.documents.strict_json import plain
from mondeq_ref.instances import shipped
from mondeq_ref.study import seeds


def test_every_run_is_of_its_recipe():
    found = {run["name"]: run["recipe"] for run in seeds.other_seeds()}
    assert found == {name: plain(recipe.described()) for name, recipe in other_seeds().items()}


def test_runs_of_one_width_differ_in_the_seed_alone():
    for recipe, bits in ((seeds.RELEASED, 8), (seeds.RELEASED, 6), (seeds.RELEASED, 4)):
        made = [run["recipe"] for run in seeds.runs(recipe, bits)]
        assert sorted(one["seed"] for one in made) == [1, 2, 42]
        assert len({str({**one, "seed": None, "freeze_at": None}) for one in made}) == 1
        assert made[0]["seed"] == shipped.provenance(f"{recipe}-{bits}")["recipe"]["seed"]


def test_accuracy_is_reproduced_where_the_solver_stops_only():
    for bits in (8, 6, 4):
        found = seeds.spreads(bits)
        assert found["accuracy_where_training_stops"].verdict == "reproduced"
        assert found["accuracy"].ends[1] < found["accuracy"].published
