"""Wrong data and wrong accounts of them: images, labels, normalization, accuracies, what ships."""

from proofs_checks.faults.fault import Fault

IDX = "mondeq_ref/datasets/idx.py"
NORMALIZATION = "mondeq_ref/datasets/normalization.py"
GLYPHS = "mondeq_ref/datasets/glyphs.py"
PROTOTYPES = "mondeq_ref/datasets/prototypes.py"
LOAD = "mondeq_ref/datasets/load.py"
MNIST = "mondeq_ref/datasets/mnist.py"
EVALUATE = "mondeq_ref/study/accuracy.py"
ACCOUNT = "mondeq_ref/train/account.py"
TRAINED = "mondeq_ref/instances/trained.py"
FINISH = "mondeq_ref/train/finish.py"
EXPORT = "mondeq_ref/train/export.py"
OF_IDX = "tests/datasets/test_idx.py"
GOLDEN = (
    "tests/datasets/test_glyphs.py::test_seed_zero_draws_the_same_bytes_on_every_machine[test]",
)
PARTS = ("tests/datasets/test_parts_of_datasets.py",)
ACCOUNTS = ("tests/train/test_account.py",)
OPERATION = (
    "tests/datasets/test_normalization.py::"
    "test_each_of_the_three_operations_is_rounded_exactly_once",
)

FAULTS = (
    Fault(
        "numbers in IDX files are read with their bytes in the wrong order",
        IDX,
        '0x0B: ">i2"',
        '0x0B: "<i2"',
        PARTS,
    ),
    Fault(
        "what follows the declared content of an IDX file is not looked at",
        IDX,
        "if size is not None and size != len(header) + wanted:",
        "if size is not None and size < len(header) + wanted:",
        (f"{OF_IDX}::test_a_file_that_lies_is_refused_in_one_sentence",),
    ),
    Fault(
        "the md5 of an IDX file leaves its header out",
        IDX,
        "hashlib.md5(header, usedforsecurity=False)",
        'hashlib.md5(b"", usedforsecurity=False)',
        (f"{OF_IDX}::test_digests_are_those_of_the_unpacked_content",),
    ),
    Fault(
        "mean and standard deviation are swapped",
        NORMALIZATION,
        "- dtype(mean)) / dtype(std)",
        "- dtype(std)) / dtype(mean)",
        OPERATION,
    ),
    Fault(
        "bytes are divided by 256",
        NORMALIZATION,
        "/ dtype(255)",
        "/ dtype(256)",
        OPERATION,
    ),
    Fault(
        "labels are shifted by one image",
        GLYPHS,
        "labels[start : start + BLOCK] = digits[: count - start]",
        "labels[start : start + BLOCK] = np.roll(digits, 1)[: count - start]",
        GOLDEN,
    ),
    Fault(
        "all blocks of glyphs are drawn from one seed",
        GLYPHS,
        "spawn_key=(split, block)",
        "spawn_key=(split, 0)",
        PARTS,
    ),
    Fault(
        "digits stand on their heads",
        PROTOTYPES,
        "moved * [1.0, -1.0]",
        "moved * [1.0, 1.0]",
        GOLDEN,
    ),
    Fault(
        "test glyphs are training glyphs",
        LOAD,
        "draw_glyphs(count, seed, SPLITS.index(split))",
        "draw_glyphs(count, seed, 0)",
        PARTS,
    ),
    Fault(
        "of a limited dataset the labels are the last ones",
        LOAD,
        "images[:limit].copy(), labels[:limit]",
        "images[:limit].copy(), labels[-limit:]",
        PARTS,
    ),
    Fault(
        "a file with the published name is called canonical",
        MNIST,
        "same = content.md5 == file.md5",
        "same = path.name.startswith(file.name)",
        (
            "tests/datasets/test_mnist_folder.py::test_a_canonical_name_does_not_make_content_canonical",
        ),
    ),
    Fault(
        "an input for which no equilibrium was found can be right",
        EVALUATE,
        "(operator.head.logits(solution.z).argmax(axis=1) == labels) & ~unsolved",
        "operator.head.logits(solution.z).argmax(axis=1) == labels",
        (
            "tests/study/test_accuracy.py::test_an_input_without_an_equilibrium_is_wrong_and_unproved",
        ),
    ),
    Fault(
        "proofs of equilibria forget the bias",
        EVALUATE,
        "C = exact(X[rows]) @ U_transposed + exact(ones) @ b",
        "C = exact(X[rows]) @ U_transposed",
        ACCOUNTS,
    ),
    Fault(
        "the largest radius is the smallest",
        EVALUATE,
        "float(solution.radius.max())",
        "float(solution.radius.min())",
        ACCOUNTS,
    ),
    Fault(
        "a margin is called proved without the symmetric part",
        ACCOUNT,
        "least_eigenvalue_exceeds((M + M.T) * 0.5, 0)",
        "least_eigenvalue_exceeds(M, 0)",
        ACCOUNTS,
    ),
    Fault(
        "the paper's condition is held against the margin of the quantized operator",
        ACCOUNT,
        "identity(quantized.operator.n) - quantized.original.exact_W",
        "identity(quantized.operator.n) - quantized.operator.exact_W",
        ACCOUNTS,
    ),
    Fault(
        "diagonal entries count among those off the diagonal",
        ACCOUNT,
        "for i in range(n) for j in range(n) if i != j)",
        "for i in range(n) for j in range(n))",
        ACCOUNTS,
    ),
    Fault(
        "stored codes that agree in one array agree in all",
        TRAINED,
        "any(not np.array_equal(stored[key], made[key]) for key in made)",
        "all(not np.array_equal(stored[key], made[key]) for key in made)",
        ACCOUNTS,
    ),
    Fault(
        "the accuracy written is that before quantizing",
        FINISH,
        "trained.evaluated, images.X",
        "trained.factors, images.X",
        ACCOUNTS,
    ),
    Fault(
        "the injections that ship are those before quantizing",
        EXPORT,
        "_injections(trained.evaluated, images, count)",
        "_injections(trained.factors, images, count)",
        ("tests/train/test_ship.py::test_the_exported_operator_and_inputs_belong_together",),
    ),
)
