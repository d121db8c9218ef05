"""What can be done with an answer: shown to everybody, taken home as a file, looked at as a table or as charts."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from .harness import ask

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def answer(page: Page) -> Locator:
    """The first page of an answer."""
    answer = await ask(page, "/mondoo-audit org=mondoo-organization-1")
    await expect(answer).to_contain_text("1–10 of 36")
    return answer


async def test_a_page_is_shown_to_everybody_once_that_is_confirmed(page: Page, answer: Locator) -> None:
    messages = page.get_by_test_id("message")
    await answer.get_by_role("button", name="Share…").click()
    sure = page.get_by_role("dialog", name="Show this page to everybody here?")
    await expect(sure).to_contain_text("with your name")
    await sure.get_by_role("button", name="Cancel").click()
    await expect(sure).to_be_hidden()
    await expect(messages).to_have_count(1)
    await answer.get_by_role("button", name="Share…").click()
    await sure.get_by_role("button", name="Share").click()
    shared = messages.filter(has_text="Shared by @Olivia Berg")
    await expect(shared).to_contain_text("Jane Doe")
    await expect(shared).not_to_contain_text("Only visible to you")


async def test_an_answer_arrives_as_a_file_in_the_direct_messages(page: Page, answer: Locator) -> None:
    await answer.get_by_role("button", name="Export…").click()
    window = page.get_by_role("dialog", name="Export")
    await expect(window).to_contain_text("Nobody else sees it.")
    await window.get_by_role("button", name="Export").click()
    await expect(window).to_have_count(0)
    await page.get_by_role("button", name="Mondoo Audit").click()
    file = page.get_by_test_id("file").filter(has_text=".csv")
    await expect(file).to_contain_text("36 events of mondoo")
    async with page.expect_download() as downloading:
        await file.click()
    rows = (await (await downloading.value).path()).read_text("utf-8").splitlines()
    assert len(rows) == 1 + 36


async def test_an_answer_is_looked_at_as_a_table_and_as_charts(answer: Locator) -> None:
    await answer.get_by_role("button", name="Table").click()
    await expect(answer.get_by_role("columnheader", name="What happened")).to_be_visible()
    await expect(answer.get_by_role("row")).to_have_count(1 + 10)
    await answer.get_by_role("button", name="Back to the list").click()
    await answer.get_by_role("button", name="Charts").click()
    await expect(answer).to_contain_text("Events by actor")
    await expect(answer).to_contain_text("1–36 of 36, all read")
    await answer.get_by_role("button", name="By action").click()
    await expect(answer).to_contain_text("Events by action")
    await answer.get_by_role("button", name="Back to the list").click()
    await expect(answer).to_contain_text("1–10 of 36")
