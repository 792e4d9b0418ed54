"""Bodies and answers of the welcome."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In, Out


class WelcomeOut(Out):
    """`ready`: the caller may make the first account; without it the link is missing, wrong or too old."""

    ready: bool


class FirstAccountIn(In):
    """The first account and the person who owns it."""

    account_name: Annotated[str, Field(min_length=1, max_length=255, examples=["Kestrelford IT"])]
    name: Annotated[str, Field(min_length=1, max_length=255, examples=["Kit Tarrow"])]
    email: Annotated[
        str,
        StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254),
        Field(examples=["kit@kestrelford.example"]),
    ]
    # Longer than any that is accepted: why one is refused is said by the rules, not by the reader of the body.
    password: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000)]


class WelcomeIn(FirstAccountIn):
    """`link`: the end of the printed address, after the `#`; not needed in a browser of the server's own machine."""

    link: Annotated[str, Field(max_length=100)] | None = None
