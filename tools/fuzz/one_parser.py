"""Fuzzes one target: with libFuzzer by atheris, or with Hypothesis where atheris has no wheel.

It imports the service only where it is wanted: atheris sees what is imported under its eyes.
"""

import importlib.util
import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random

# A whole form is smaller; what is larger only repeats itself.
LONGEST = 4096
# For one input: a parser that takes longer can be held up.
LONGEST_SECONDS = 2
# What single bytes seldom become: values of JSON of every kind, and numbers beyond all bounds.
_WORDS = ("null", "true", "[]", "{}", "-1", "0.5", "1e999", "99999999999999999999", "NaN")
# Hypothesis looks at the clock in between.
AT_A_TIME = 1000


def engine() -> str:
    """Return the name of the fuzzing engine."""
    return "atheris" if importlib.util.find_spec("atheris") else "Hypothesis"


def by_atheris(name: str, folder: Path, kept: str, seed: int, seconds: int) -> None:
    """Try a target, and end the process.

    Args:
        name: the target's.
        folder: an empty one, for what it begins with and what led further into the code.
        kept: how the names of files with what breaks it begin.
        seed: of the first inputs; what follows depends on how far they led.
        seconds: after which it has held.
    """
    import atheris

    with atheris.instrument_imports(include=["chalicelib", "jwt"]):
        from tools.fuzz.targets import TARGETS
    target = TARGETS[name]
    corpus, words = folder / "corpus", folder / "words"
    corpus.mkdir()
    words.write_text("".join(f'"{word}"\n' for word in _WORDS))
    for number, example in enumerate(target.examples):
        (corpus / f"{number}").write_bytes(example)

    def attempt(sent: bytes) -> None:
        target.attempt(sent)

    options = {
        "seed": seed or 1,  # to libFuzzer, 0 is one of its own choice
        "max_total_time": seconds,
        "max_len": LONGEST,
        "timeout": LONGEST_SECONDS,
        "print_final_stats": 1,
        "artifact_prefix": kept,
        "dict": words,
    }
    arguments = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([name, *arguments, str(corpus)], attempt)
    atheris.Fuzz()


def by_hypothesis(name: str, seed: int, seconds: float) -> int:
    """Try a target for some seconds, to the end of a batch of inputs; return how many.

    Raises:
        Exception: any exception that the target raises, with the input that causes it in a note.
    """
    import hypothesis
    from hypothesis import strategies as st

    from tools.fuzz.targets import TARGETS

    target, began, tried = TARGETS[name], time.monotonic(), 0
    changes = st.lists(st.tuples(st.integers(0, LONGEST), st.integers(0, 8), st.binary(max_size=8)))
    changed = st.builds(_changed, st.sampled_from(target.examples), changes)

    @hypothesis.settings(
        max_examples=AT_A_TIME, deadline=timedelta(seconds=LONGEST_SECONDS), database=None
    )
    @hypothesis.given(st.binary(max_size=LONGEST) | changed)
    def attempt(sent: bytes) -> None:
        nonlocal tried
        tried += 1
        target.attempt(sent)

    seeds = Random(seed)  # noqa: S311  # nosec B311 # to be repeated, not to be secret
    while not tried or time.monotonic() - began < seconds:
        hypothesis.seed(seeds.randrange(2**32))(attempt)()
    return tried


def _changed(example: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Return an example with other bytes in place of some of its own."""
    for at, length, other in changes:
        begin = at % (len(example) + 1)
        example = example[:begin] + other + example[begin + length :]
    return example


def main(name: str, folder: str, kept: str, seed: str, seconds: str) -> None:
    """Try one target, in this process; the arguments are those of the command line."""
    if engine() == "atheris":
        by_atheris(name, Path(folder), kept, int(seed), int(seconds))
    else:
        print(f"{by_hypothesis(name, int(seed), int(seconds))} inputs")


if __name__ == "__main__":
    main(*sys.argv[1:])
