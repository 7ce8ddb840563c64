"""Wrong training: Adam, schedule, order of the images, what a run logs and resumes with."""

from proofs_checks.faults.fault import Fault

ADAM = "mondeq_ref/train/adam.py"
RECIPE = "mondeq_ref/train/recipe.py"
LOOP = "mondeq_ref/train/loop.py"
CHECKPOINT = "mondeq_ref/train/checkpoint.py"
ITS_DEFINITION = ("tests/train/test_loop.py::test_adam_is_its_definition",)
RESUMED = ("tests/train/test_loop.py::test_a_resumed_run_ends_in_the_same_bits",)
BOOKS = ("tests/train/test_bookkeeping.py",)

FAULTS = (
    Fault(
        "Adam's mean is corrected as if every step were the first",
        ADAM,
        "np.float32(1 / (1 - BETA1**self.steps))",
        "np.float32(1 / (1 - BETA1))",
        ITS_DEFINITION,
    ),
    Fault(
        "Adam's mean square is not corrected for its start",
        ADAM,
        "second = self.second * np.float32(1 / (1 - BETA2**self.steps))",
        "second = self.second.copy()",
        ITS_DEFINITION,
    ),
    Fault(
        "the learning rate falls one epoch too late",
        RECIPE,
        "epoch >= done for done",
        "epoch > done for done",
        ("tests/train/test_loop.py::test_the_learning_rate_falls_when_it_is_due",),
    ),
    Fault(
        "the learning rate falls once, whatever the schedule",
        RECIPE,
        "self.decay ** sum(epoch",
        "self.decay ** any(epoch",
        BOOKS,
    ),
    Fault(
        "every epoch has the order of the first",
        LOOP,
        "order = run.rng.permutation(len(images.labels))",
        "order = np.random.default_rng(recipe.seed).permutation(len(images.labels))",
        BOOKS,
    ),
    Fault(
        "images are not shuffled",
        LOOP,
        "order = run.rng.permutation(len(images.labels))",
        "order = np.arange(len(images.labels))",
        BOOKS,
    ),
    Fault(
        "a resumed run starts Adam anew",
        LOOP,
        'Adam(found.arrays["first"], found.arrays["second"], int(found.state["steps"]))',
        "Adam.fresh(parameters.buffer.size)",
        RESUMED,
    ),
    Fault(
        "a resumed run counts Adam's steps from zero",
        LOOP,
        'found.arrays["second"], int(found.state["steps"]))',
        'found.arrays["second"])',
        RESUMED,
    ),
    Fault(
        "a resumed run begins its random numbers again",
        LOOP,
        "rng.bit_generator.state = found.state",
        "rng = np.random.default_rng(recipe.seed); _ = found.state",
        RESUMED,
    ),
    Fault(
        "a resumed published run forgets its step size",
        LOOP,
        'found.epoch, found.state["alpha"], history)',
        "found.epoch, None, history)",
        BOOKS,
    ),
    Fault(
        "a resumed published run counts its batches from zero",
        LOOP,
        "engine.batches = run.adam.steps",
        "engine.batches = 0",
        BOOKS,
    ),
    Fault(
        "images kept out are trained on",
        LOOP,
        "images.rows(slice(0, len(images.labels) - recipe.validation))",
        "images.rows(slice(0, len(images.labels)))",
        ("tests/train/test_loop.py::test_images_kept_out_are_not_trained_on",),
    ),
    Fault(
        "the accuracy on images kept out is that on images trained on",
        LOOP,
        "record |= _judged(run, exact, held)",
        "record |= _judged(run, exact, taught.rows(slice(0, len(held.labels))))",
        BOOKS,
    ),
    Fault(
        "the log's margin is the largest eigenvalue of the symmetric part",
        LOOP,
        "np.linalg.eigvalsh((M + M.T) / 2)[0]",
        "np.linalg.eigvalsh((M + M.T) / 2)[-1]",
        BOOKS,
    ),
    Fault(
        "the log's margin forgets the symmetric part",
        LOOP,
        "np.linalg.eigvalsh((M + M.T) / 2)[0]",
        "np.linalg.eigvalsh(M)[0]",
        BOOKS,
    ),
    Fault(
        "the log holds ||dW|| against L",
        LOOP,
        "float(np.linalg.norm(used.dW, 2)) / margin",
        "float(np.linalg.norm(used.dW, 2)) / lipschitz",
        BOOKS,
    ),
    Fault(
        "a run stops for a margin that only its quantized weights have lost",
        LOOP,
        "margin = spectrum(used.W if used.dW is None else used.W + used.dW)[0]",
        "margin = spectrum(used.W)[0]",
        BOOKS,
    ),
    Fault(
        "the clip is forgotten",
        LOOP,
        "if recipe.clip and recipe.quantization is not None:",
        "if recipe.clip and recipe.quantization is None:",
        BOOKS,
    ),
    Fault(
        "a changed checkpoint is read",
        CHECKPOINT,
        'if found.digest != metadata.get("sha256"):',
        'if not metadata.get("sha256"):',
        (
            "tests/train/test_loop.py::test_changed_arrays_with_valid_checksums_of_the_archive_are_refused",
        ),
    ),
    Fault(
        "a checkpoint's digest covers the parameters alone",
        CHECKPOINT,
        "for name in ARRAYS:\n            total",
        "for name in ARRAYS[:1]:\n            total",
        BOOKS,
    ),
    Fault(
        "a damaged checkpoint is passed over in silence",
        CHECKPOINT,
        "offer = _offer(places)",
        "return load(places.previous)",
        (
            "tests/train/test_loop.py::test_a_damaged_checkpoint_is_refused_and_the_previous_one_offered",
        ),
    ),
)
