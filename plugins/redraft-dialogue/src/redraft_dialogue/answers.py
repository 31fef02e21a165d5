"""The signs of an answer: what a reply has where a question of some kind is answered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

from redraft.numbers import number_list
from redraft.text import folded, words
from redraft_dialogue.content import content, shared

if TYPE_CHECKING:
    from redraft_dialogue.questions import Kind, Question

__all__ = ["has_answer", "says_unknown"]

# Who says that it cannot be said has answered.
_UNKNOWN = (
    r"\b(?:(?:do not|don't|did not|didn't|cannot|can't|could not|couldn't) (?:\w+ )?(?:know|say|tell|"
    r"remember|recall|find)|"
    r"not (?:sure|certain|known|clear)|unknown|unclear|no idea|it depends|depends on|hard to say)\b|"
    r"不知道|不清楚|不确定|不確定|说不准|說不準|不好说|不好說|难说|難說|看情况|看情況|"
    r"取决于|無法|无法|記不得|记不得|不记得"
)
_DAYS = "mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_SIGNS: dict[Kind, str] = {
    "number": (
        r"\b(?:none|zero|half|double|several|plenty|dozens?|hundreds|thousands|millions|once|twice)\b|"
        r"[零二三四五六七八九十百千万亿两兩半几幾]|很多|许多|許多|一些"
    ),
    "time": (
        rf"\b(?:{_DAYS}|{_MONTHS}|now|today|tonight|tomorrow|yesterday|soon|later|already|never|always|"
        rf"often|sometimes|usually|"
        r"rarely|once|twice|daily|weekly|monthly|yearly|noon|midnight|morning|afternoon|evening|night|"
        r"weekends?|spring|summer|"
        r"autumn|fall|winter|christmas|easter|before|after|until|till|since|during|while|when|as soon as|"
        r"ago|next|last|every|"
        r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?|o'clock|early|late|immediately|"
        r"recently|anytime|"
        r"forever|ever)\b|[年月日号號点點时時周週天早晚夜午春夏秋冬]|星期|礼拜|现在|現在|刚|剛|马上|馬上|"
        r"立刻|之前|之后|之後|以前|以后|以後|经常|經常|从不|每|永远"
    ),
    "place": (
        r"\b(?:in|at|on|near|under|over|behind|beside|next to|between|opposite|across|around|to|from|here|"
        r"there|inside|outside|"
        r"upstairs|downstairs|home|abroad|everywhere|nowhere|somewhere|online|north|south|east|west|left|"
        r"right|via|by|along)\b|"
        r"[在里裡上下旁边邊处處东東西南北]|附近|这儿|那儿|這兒|那兒|家|到|从|從|去|对面|對面"
    ),
    "reason": (
        r"\b(?:because|since|as|so|due|owing|thanks to|reasons?|causes?|caused|otherwise|to|for|if|in order|"
        r"that's why|means|"
        r"helps?|makes?|made|lets?|allows?|avoid|therefore)\b|因|由于|由於|所以|为了|為了|原因|怕|才|既然|"
        r"为的是|不然|否则|否則|以便|使|让|讓"
    ),
    "yes or no": (
        r"\b(?:yes|yeah|yep|yup|no|nope|nah|not|never|sure|of course|certainly|definitely|absolutely|indeed|"
        r"exactly|right|correct|"
        r"true|false|wrong|maybe|perhaps|probably|possibly|likely|ok|okay|gladly|please|i (?:think|believe|"
        r"guess|hope|suppose)|"
        r"seems?|rarely|always|sometimes|usually|neither|either|only|both|but|"
        r"(?:it|he|she|they|you|we|i|there|that|this) (?:\w+ )?"
        r"(?:is|are|am|was|were|do|does|did|can|could|will|would|should|may|might|must|have|has|had))\b|"
        r"n't\b|'(?:s|re|m|ll|ve|d)\b|"
        r"[是不没沒对對好可会會能有行嗯要得应應]|当然|當然|也许|也許|可能|大概|恐怕"
    ),
}
# Words of every other sentence; in a short reply they say how many.
_BRIEF = (
    r"\b(?:no|nothing|both|all|every|each|some|many|much|few|a lot|lots|enough|free|single|pair|first|second)\b|"
    r"[一没沒都]|所有|全部|免费|免費"
)
_SHORT = 12
_BETWEEN = regex.compile(r"\bor\b|还是|還是|[,，、?？]")
_EITHER = (
    r"\b(?:both|neither|either|none|any|all|whichever|doesn't matter|first|second|former|latter)\b|都|随便|"
    r"隨便|两|兩|前者|后者|後者"
)


def has_answer(question: Question, reply: str) -> bool:
    """Return whether a reply has a sign of the answer that a question asks for."""
    plain = folded(reply).replace("’", "'")
    if question.kind == "open":
        return bool(plain.strip())
    if question.kind == "choice":
        options = content(" ".join(_BETWEEN.split(question.text)))
        return bool(_found(_EITHER, plain) or shared(options, content(reply)) or _found(_SIGNS["yes or no"], plain))
    if question.kind in ("number", "time") and number_list(reply):
        return True
    if question.kind == "number" and words(reply) <= _SHORT and _found(_BRIEF, plain):
        return True
    return _found(_SIGNS[question.kind], plain)


def says_unknown(reply: str) -> bool:
    """Return whether a reply says that something is not known, or depends."""
    return _found(_UNKNOWN, folded(reply).replace("’", "'"))


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Return a compiled pattern: all of them at import would hold up every command of redraft."""
    return regex.compile(pattern)
