"""What is said of a visit: one sentence each, with the numbers, the overall response last."""

from dataclasses import dataclass

from .criterion import SumCriterion
from .fragility import Flip, flip_reason
from .other_lesions import NewLesions
from .verdicts import Verdict
from .words import published


@dataclass(frozen=True)
class Said:
    """What is known of a visit, to be said in the words of its criterion.

    Attributes
    ----------
    target_texts : list of str
        Why the targets have their category, and remarks on it.
    back : str
        What came back after a complete response; then the sum does not matter.
    """

    criterion: SumCriterion
    verdict: Verdict
    target_texts: list[str]
    non_target_text: str
    back: str
    news: NewLesions
    flip: Flip | None
    other_flip: Flip | None = None

    def word(self, category: str | None) -> str | None:
        """Return how the criterion calls a category."""
        return None if category is None else published(category, self.criterion.words)

    def reasons(self, notes: list[str]) -> list[str]:
        """Return all sentences."""
        verdict = self.verdict
        found = self._of_targets()
        if self.non_target_text:
            found.append(f"{self.non_target_text}: {self.word(verdict.non_target)}")
        ending = f": {self.word(verdict.new)}" if verdict.new else ": no progression by itself"
        found += [text + ending for text in self.news.texts]
        found += [*self.news.equivocal, *verdict.reasons, *notes]
        criterion = self.criterion
        for flip in (self.flip, self.other_flip):
            if flip is None or not flip.within_error:
                continue
            text = flip_reason(
                flip,
                str(verdict.target),
                str(self.word(flip.response)),
                criterion.unit,
                criterion.total_name,
            )
            found.append(text)
        found.append(self._overall())
        return found

    def _of_targets(self) -> list[str]:
        if self.back:
            return [f"{self.back}: {self.word(self.verdict.new)}"]
        if not self.target_texts:
            return []
        first, *rest = self.target_texts
        return [f"{first}: {self.word(self.verdict.target)}", *rest]

    def _overall(self) -> str:
        target, non_target = self.word(self.verdict.target), self.word(self.verdict.non_target)
        parts = [f"target {target}" if target else "no target lesions"]
        parts.append(f"non-target {non_target}" if non_target else "no non-target lesions")
        names = ", ".join(self.news.names)
        parts.append(f"new lesions {names}" if names else "no new lesion")
        return f"{', '.join(parts)}: overall {self.word(self.verdict.overall)}"
