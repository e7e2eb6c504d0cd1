"""What is typed about the county's words."""

from app.core.values.labels import label_of
from app.core.web.forms import VersionedForm, line_field
from app.finding.words.models import WordGroup, WordReading
from app.finding.words.rules import LONGEST_GROUP, LONGEST_READ_WORD, LONGEST_READING, MOST_WORDS, split_words

SEEN_BY_ALL = "所有登录的人都看得到，不要写保密项目的代号"


class GroupForm(VersionedForm):
    words = line_field(
        label_of(WordGroup.words),
        2 * LONGEST_GROUP,
        required="写上意思相同的词，例如 锂电、锂电池、锂离子电池",
        hint=f"用顿号隔开，2 到 {MOST_WORDS} 个。企业在县里的叫法也可以写，例如 老砖厂、青岚建材。"
        f"{SEEN_BY_ALL}",
        meaning=split_words,
    )


class ReadingForm(VersionedForm):
    word = line_field(
        label_of(WordReading.word),
        4 * LONGEST_READ_WORD,
        required="写上读音特别的词，例如 费县",
        hint=SEEN_BY_ALL,
    )
    reading = line_field(
        label_of(WordReading.reading),
        LONGEST_READING,
        required="写上读音，例如 bi xian",
        hint="每个字一个音节，用空格隔开，不写声调；ü 写成 v",
        meaning=str.casefold,
    )
