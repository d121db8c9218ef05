"""What people ask of subscriptions, and how the bot itself is doing: from the command to the answer."""

from __future__ import annotations

from typing import assert_never

from bot.adapters.slack.views import status, subscriptions
from bot.domain.access import Person
from bot.domain.intents import ListSubscriptions, Pause, Resume, ShowStatus, Subscribe, Unsubscribe
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Terms
from bot.entrypoints.slack.requests import Answer, Request
from bot.ports import Clock
from bot.services.authorize import Gate
from bot.services.register import Register
from bot.services.status import Reporter
from bot.services.subscribe import Subscriber

Managed = Subscribe | ListSubscriptions | Pause | Resume | Unsubscribe | ShowStatus
"""The commands that are answered here."""


class Management:
    """Answers commands about subscriptions and about the bot."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        subscriber: Subscriber,
        reporter: Reporter,
        register: Register,
        gate: Gate,
        catalog: ScopeCatalog,
        clock: Clock,
    ) -> None:
        self._subscriber = subscriber
        self._reporter = reporter
        self._register = register
        self._gate = gate
        self._catalog = catalog
        self._clock = clock

    async def answer(self, request: Request, command: Managed, person: Person) -> Answer:
        """The answer to a command.

        Raises:
            AccessDenied: the person may not do that here.
            UserError: there is no such subscription.
            BotError: Slack, or the store, did not do its part.
        """
        user, channel = request.user, request.channel
        match command:
            case Subscribe():
                request.scope = str(command.scope)
                made = await self._subscriber.subscribe(user, channel, self._terms(command, request))
                return Answer(subscriptions.subscribed(made, catalog=self._catalog, now=self._clock.now()), "answered")
            case ListSubscriptions():
                await self._gate.check_any(user, channel)
                found = await self._subscriber.visible(user, channel)
                listing = subscriptions.listing(found, catalog=self._catalog, zone=person.zone, now=self._clock.now())
                return Answer(listing, "answered")
            case Pause(number):
                changed = await self._subscriber.pause(user, channel, number)
                return Answer(subscriptions.changed(changed, "is paused", catalog=self._catalog), "answered")
            case Resume(number):
                changed = await self._subscriber.resume(user, channel, number)
                return Answer(subscriptions.changed(changed, "is at work again", catalog=self._catalog), "answered")
            case Unsubscribe(number):
                changed = await self._subscriber.unsubscribe(user, channel, number)
                return Answer(subscriptions.changed(changed, "is gone", catalog=self._catalog), "answered")
            case ShowStatus():
                return await self._status(request, person)
            case _:
                assert_never(command)

    async def _status(self, request: Request, person: Person) -> Answer:
        """How the bot is doing, as far as it concerns scopes that the person may see there."""
        await self._gate.check_any(request.user, request.channel)
        whole = await self._reporter.report()
        scopes = dict.fromkeys([*self._catalog.scopes, *(source.scope for source in whole.sources)])
        visible = await self._gate.among(request.user, request.channel, scopes)
        report = await self._reporter.report(set(visible))
        uses = await self._register.last(request.user, request.channel, status.USES)
        return Answer(status.view(report, catalog=self._catalog, zone=person.zone, uses=uses), "answered")

    @staticmethod
    def _terms(command: Subscribe, request: Request) -> Terms:
        return Terms(
            scopes=(command.scope,),
            channel=command.channel or request.channel,
            mode=command.mode,
            filters=command.filters,
            zone=command.zone,
            schedule=command.schedule,
            mention=command.mention,
            reassure_after=command.reassure_after,
        )
