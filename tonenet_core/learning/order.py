"""What is to be learnt: kept in the folder of its run, so that a crash does not lose it."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from tonenet_core.files.atomic import replacing
from tonenet_core.files.field_checks import check_fields
from tonenet_core.files.locations import RECIPES

ORDER_FORMAT = 1
ORDER, CACHE = "order.json", "cache"
QUICK, THOROUGH = "add_style_quick", "add_style"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """A style to learn, and how.

    Attributes:
        title: its name.
        folder: where its pieces come from, for people.
        recipe: name of a shipped recipe, or path of another.
        device: "auto", "cpu" or "cuda:N".
    """

    title: str
    folder: str
    recipe: str = QUICK
    device: str = "auto"

    @property
    def recipe_path(self) -> Path:
        """The file of the recipe."""
        return RECIPES / f"{self.recipe}.toml" if Path(self.recipe).name == self.recipe else Path(self.recipe)


def write_order(work: Path, order: Order) -> None:
    """Write an order into the folder of its run, whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    with replacing(work / ORDER) as unfinished:
        unfinished.write_text(json.dumps({"format": ORDER_FORMAT, **asdict(order)}), encoding="utf-8")


def read_order(work: Path) -> Order | None:
    """Return the order in the folder of a run; None without one, or where it is damaged or of another version."""
    try:
        values = json.loads((work / ORDER).read_text(encoding="utf-8"))
        if values.pop("format") != ORDER_FORMAT:
            raise ValueError("an order of another version")
        check_fields(Order, values)
        return Order(**values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError, LookupError) as error:
        logger.warning("The order in %s cannot be read: %s", work, error)
        return None
