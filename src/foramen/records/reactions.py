"""Bad reactions to medicines in anyone's words: "hives after aspirin", "asthma triggered by NSAIDs"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from foramen.knowledge.schema import Knowledge
from foramen.records.names import Vocabulary, denied_at_end, plain, vocabulary, words_of

Span = tuple[int, int, str, set[str]]  # first word, last word + 1, name, ids

_STRONG = re.compile(
    r"allerg|hypersens|sensitiv|^hives?$|urticaria|^wheals?$|^welts?$|wheez|asthma|bronchosp|breathless|dyspn|angio.?o?ed"
    r"|^o?edema$|rash|swell|swollen|anaphyla|intoleran|^react(?!in)|itch|prurit|blister|contraindicat|^avoid|stevens|necrolysis"
    r"|polyps?$|аллерг|непереносим|астм|бронхоспазм|крапивниц|^отек|квинке|^сып|анафила|удуш|^реакци|^зуд|чувствительн"
    r"|^хрип|^одышк|противопоказ|^нельзя"
)
# they tell a reaction only where no disease of another kind stands beside them ("gout attack", "ulcer caused by")
_WEAK = re.compile(
    r"trigger|^worse|attack|induced|provok|exacerbat|^caus|^brought|^brings?$|^sets?$|flare|^приступ|обостр|^вызв|^хуже"
)
_BREATH_OR_SKIN = re.compile(r"asthma|urticaria|hives|polyp|rhinitis|eczema|wheez|астм|крапивниц|полип|ринит")
_NOT = words_of("no not never none nil without denies denied нет не без отрицает никогда")
_SKIP = words_of(
    "any known history of a an the to from by with after on when taking had has have having been previous past ever"
    " problem problems or nor и или на от после к у было"
)
_TOLERATES = re.compile(r"^tolerat|^перенос(?:ит|ил|ится)")
_TAKES = words_of("on takes take taking uses use using under принимает принимаю пьет пью лечится")
_GIVEN = words_of("treated managed controlled")
_CAUSE = words_of("due from by after because secondary following post induced caused related от после из")
_WHEN = words_of("when after on while if upon since with from by при после")
_UNABLE = re.compile(
    r"\b(?:(?:can ?not|cant|can t|must not|mustnt|should not|shouldnt|may not|unable to|not able to|not allowed"
    r"|(?:told|advised|asked|warned) not to|not to)(?: be given| be able to| to)?(?: have| take| tolerate| use)\b"
    r"|(?:do|does|did|could|has|have)(?: not|nt| n t) tolerated?\b|(?:never|not|doesnt|didnt|dont|couldnt) tolerat\w+"
    r"|poorly tolerat\w+|не перенос\w+|нельзя)"
)


@dataclass(slots=True)
class Told:
    """What a text says of medicines beside the conditions in it."""

    stated: dict[str, str] = field(default_factory=dict)  # facts that a reaction states, each with the medicine
    denied: dict[str, str] = field(default_factory=dict)
    takes: list[Span] = field(default_factory=list)
    words: set[int] = field(default_factory=set)  # those of the text that were understood
    unknown: bool = False  # a reaction to a medicine that no fact is about


def worded(text: str) -> str:
    """A text in plain words, "cannot take" as an intolerance, so that it is not read as a denial."""
    return " ".join(_UNABLE.sub("intolerant", plain(text)).split())


_kept: dict[str, Vocabulary] = {}


def _causes(knowledge: Knowledge) -> Vocabulary:
    """What reactions are known to: names by the facts that they state."""
    if knowledge.version not in _kept:
        if len(_kept) > 8:
            _kept.clear()
        plan = knowledge.plan
        own = Vocabulary("reaction", {})
        for fact in plan.facts.values():
            wanted = set(fact.reaction_to)
            names = {n for key in wanted & plan.medicines.keys() for n in (key, *plan.medicines[key].names)}
            names |= wanted | {brand for brand, stands in plan.medicine_names.items() if wanted & set(stands)}
            own.add(fact.id, names)
        _kept[knowledge.version] = own
    return _kept[knowledge.version]


def reactions(words: Sequence[str], conditions: Iterable[Span], knowledge: Knowledge, *, before: bool = False) -> Told:
    """Reactions and medicines that a condition's words tell, beside the ``conditions`` found in them.

    ``before``: the words before, in the same list, told a reaction ("allergies: penicillin, aspirin").
    """
    out = Told()
    spans = list(conditions)
    held = {i for start, end, _, _ in spans for i in range(start, end)}
    causes = [s for s in _causes(knowledge).phrases(list(words)) if not held & set(range(s[0], s[1]))]
    medicines = [s for s in vocabulary("medicine", knowledge).phrases(list(words)) if not held & set(range(s[0], s[1]))]
    if not (causes or medicines):
        return out
    facts = knowledge.plan.facts
    allergic = {i for a, b, _, ids in spans if any(facts[k].reaction_to for k in ids) for i in range(a, b)}
    breath = {i for a, b, name, _ in spans if _BREATH_OR_SKIN.search(name) for i in range(a, b)}
    other = any(not breath & {a} and not allergic & {a} for a, _, _, _ in spans)
    strong = {i for i, w in enumerate(words) if _STRONG.search(w) and (i not in held or i in allergic | breath)}
    weak = set() if other else {i for i, w in enumerate(words) if _WEAK.search(w) and i not in held}
    said = strong | weak
    bare = not before and all(words[i].startswith("asthma") for i in said)
    no = _denied(words, said, [*causes, *medicines])
    meant = said - no
    after_taken = -1  # where a medicine taken together with the one before would begin
    for span in _merged(causes, medicines):
        start, end, name, ids = span
        place = set(range(start, end))
        told = [k for k in sorted(ids) if k in facts] if span in causes else []
        taken = _is_taken(words, start) or start == after_taken
        after_taken = end + (words[end : end + 1] in (["and"], ["plus"], ["и"])) if taken else -1
        if place & no:
            out.denied |= dict.fromkeys(told if said & no and not _tolerated(words, place) else (), name)
            out.words |= place | no
        elif (meant or before) and not (taken and meant <= _outweighed(words, start, allergic)) and (told or not bare):
            if told:
                out.stated |= dict.fromkeys(told, name)
                out.words |= place | said
            else:
                out.unknown = True
        elif taken or (bare and meant):
            out.takes += [m for m in medicines if place & set(range(m[0], m[1]))]
            out.words |= place
        elif spans and _after_cause(words, start):
            out.words |= place  # an ulcer from ibuprofen: the ulcer has its rules
    out.words |= {i for i, w in enumerate(words) if _TOLERATES.search(w)}
    out.denied = {k: v for k, v in out.denied.items() if k not in out.stated}
    return out


def _merged(causes: list[Span], medicines: list[Span]) -> list[Span]:
    """Causes, and medicines at other places; both read left to right."""
    taken = {i for start, end, _, _ in causes for i in range(start, end)}
    return sorted([*causes, *(m for m in medicines if not taken & set(range(m[0], m[1])))], key=lambda span: span[0])


def _outweighed(words: Sequence[str], start: int, allergic: set[int]) -> set[int]:
    """Words of reaction that a medicine which is plainly taken outweighs: bare asthma, another medicine's allergy."""
    plainly = words[start - 1] != "on" and (start < 2 or words[start - 2] not in _WHEN)
    return allergic | ({i for i, w in enumerate(words) if w.startswith("asthma")} if plainly else set())


def _is_taken(words: Sequence[str], start: int) -> bool:
    if start and words[start - 1] in _TAKES:
        return True
    return start > 1 and words[start - 1] == "with" and words[start - 2] in _GIVEN


def _after_cause(words: Sequence[str], start: int) -> bool:
    return any(w in _CAUSE for w in words[max(0, start - 3) : start]) or (
        start + 1 < len(words) and any(w in ("induced", "related") for w in words[start + 1 : start + 2])
    )


def _tolerated(words: Sequence[str], place: set[int]) -> bool:
    return any(_TOLERATES.search(w) for w in words) and not any(words[i] in _NOT for i in range(min(place)))


def _denied(words: Sequence[str], said: set[int], medicines: list[Span]) -> set[int]:
    """Places of what a denial or a "tolerates" before it reaches; other words end it."""
    named = {i for start, end, _, _ in medicines for i in range(start, end)}
    out: set[int] = set()
    for at, word in enumerate(words):
        if word in _NOT or _TOLERATES.search(word):
            reach = at + 1
            while reach < len(words) and (words[reach] in _SKIP or reach in said | named):
                reach += 1
            out |= set(range(at + 1, reach))
            if _TOLERATES.search(word) and reach == at + 1:  # "ibuprofen tolerated"
                out |= {i for i in range(max(0, at - 3), at) if i in named}
    if denied_at_end(" ".join(words)):
        out |= set(range(len(words)))
    return out
