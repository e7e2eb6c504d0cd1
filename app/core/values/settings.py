"""What a county may set for itself: whole numbers with bounds, declared where they are used, in `rules`.

`core/storage/settled` reads what was set. The administrator's page lists whatever the manifests of features
put into SETTINGS.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from app.core.values.registries import Registry

EVERYBODY = ""  # the key of a number that is not set by role


@dataclass(frozen=True, slots=True)
class Setting:
    """One number, or one for each of `roles`. `choices` name the numbers from `least` on where they stand for
    words; `of_several` says which one holds for who has several roles.
    """

    name: str
    group: str  # the heading it stands under: 登录
    label: str
    unit: str
    least: int
    most: int
    default: int
    hint: str = ""
    roles: tuple[str, ...] = ()
    exceptions: Mapping[str, int] = field(default_factory=dict)  # roles whose default is another one
    of_several: Callable[[Iterable[int]], int] = max
    choices: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Under what its numbers are kept."""
        return self.roles or (EVERYBODY,)

    def defaults(self) -> dict[str, int]:
        """What holds until a county sets something else."""
        return {key: self.exceptions.get(key, self.default) for key in self.keys}

    def filled(self, kept: Mapping[str, int]) -> dict[str, int]:
        """The numbers that hold where these are kept: a role that came later has its default, and no number
        leaves the bounds of this version of the program.
        """
        found = {**self.defaults(), **{key: kept[key] for key in self.keys if key in kept}}
        return {key: min(max(number, self.least), self.most) for key, number in found.items()}

    def for_roles(self, numbers: Mapping[str, int], roles: Iterable[str]) -> int:
        """The number for somebody with these roles, out of those that hold."""
        if not self.roles:
            return numbers[EVERYBODY]
        held = [numbers[role] for role in roles if role in numbers]
        return self.of_several(held) if held else self.default

    def in_words(self, number: int) -> str:
        """`30 分钟`, or the word that the number stands for."""
        return self.choices[number - self.least] if self.choices else f"{number} {self.unit}"


SETTINGS: Registry[Setting] = Registry("settings")
