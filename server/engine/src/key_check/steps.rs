//! The steps in their order, and what they add up to.

use super::KeyCheck;
use super::probe::{NoReply, Probe, Reply};
use crate::egress::EgressRefused;
use contract::keys::{CheckEvent, CheckOutcome, CheckReport, CheckStep, KeyProvider, StepState};
use contract::keys_shape::shape;
use contract::{NanoUsd, Price};
use secrecy::ExposeSecret;
use tokio::time::Instant;
use wire::key_check::{Tokens, Verdict, ask, choose_model, look_path, read_answer, read_look};

const TRY_LATER: &str = "Try again in a few minutes.";

/// A check on its way.
pub(super) struct Steps<'a, T: FnMut(CheckEvent)> {
    check: &'a KeyCheck,
    tell: &'a mut T,
    /// The step that is being done, since when.
    current: Option<(CheckStep, Instant)>,
    /// Steps that were ended, in order.
    ended: usize,
    account: Option<String>,
    models: Vec<String>,
    cost: Option<NanoUsd>,
    /// Outcome, reason, what to do next.
    found: Option<(CheckOutcome, String, String)>,
    /// Something to know about a key that works.
    limited: Option<&'static str>,
}

impl<'a, T: FnMut(CheckEvent) + Send> Steps<'a, T> {
    pub(super) fn new(check: &'a KeyCheck, tell: &'a mut T) -> Self {
        Self {
            check,
            tell,
            current: None,
            ended: 0,
            account: None,
            models: Vec::new(),
            cost: None,
            found: None,
            limited: None,
        }
    }

    /// Runs until a step fails or all are done.
    pub(super) async fn run(
        &mut self,
        probe: &Probe<'_>,
        price: &(impl Fn(&str) -> Option<Price> + Sync),
    ) {
        if self.shape() && self.reach(probe).await {
            let listed = self.look(probe).await;
            if self.found.is_none() {
                self.answer(probe, price, listed).await;
            }
        }
    }

    fn shape(&mut self) -> bool {
        self.begin(CheckStep::Shape);
        match shape(self.check.provider, self.check.secret.expose_secret()) {
            Ok(()) => {
                self.end(StepState::Passed, "");
                true
            }
            Err(words) => {
                self.end(StepState::Failed, &words.to_string());
                self.found(
                    CheckOutcome::Bad,
                    &words.to_string(),
                    "Paste the key again.",
                );
                false
            }
        }
    }

    async fn reach(&mut self, probe: &Probe<'_>) -> bool {
        self.begin(CheckStep::Reach);
        match probe.reach().await {
            Ok(()) => {
                self.end(StepState::Passed, "");
                true
            }
            Err(no_reply) => {
                self.no_reply(no_reply);
                false
            }
        }
    }

    /// Asks which models the key sees. `false`: it may not say.
    async fn look(&mut self, probe: &Probe<'_>) -> bool {
        self.begin(CheckStep::Accept);
        let mut listed = true;
        for path in look_path(self.check.provider, &self.check.place) {
            let reply = match probe.get(&path).await {
                Ok(reply) => reply,
                Err(no_reply) => {
                    self.no_reply(no_reply);
                    return false;
                }
            };
            let look = read_look(self.check.provider, &path, reply.status, &reply.body);
            self.account = self.account.take().or(look.account).or(reply.organisation);
            self.models.extend(look.models);
            match look.verdict {
                Verdict::Fine => {}
                Verdict::Limited(words) => self.limited = Some(words),
                Verdict::MayNotList => listed = false,
                verdict => {
                    self.refused(verdict);
                    return false;
                }
            }
        }
        self.end(StepState::Passed, "");
        self.tell_account();
        self.tell_models(listed);
        listed
    }

    fn tell_account(&mut self) {
        self.begin(CheckStep::Account);
        match self.account.clone() {
            Some(account) => self.end(StepState::Passed, &account),
            None => self.end(StepState::Skipped, "This provider does not tell."),
        }
    }

    fn tell_models(&mut self, listed: bool) {
        self.begin(CheckStep::Models);
        if !listed {
            self.limited = Some("It may not list models; routes must name them by hand.");
            self.end(StepState::Warned, "The key may not list models.");
        } else if self.models.is_empty() {
            self.end(StepState::Warned, "None.");
        } else {
            let count = self.models.len();
            self.end(StepState::Passed, &format!("{count} models"));
        }
    }

    async fn answer(
        &mut self,
        probe: &Probe<'_>,
        price: &(impl Fn(&str) -> Option<Price> + Sync),
        listed: bool,
    ) {
        if !self.check.answer {
            return self.accepted(listed);
        }
        self.begin(CheckStep::Answer);
        let mut models = self.models.clone();
        if !listed && self.check.provider == KeyProvider::OpenAi {
            models = vec!["gpt-4o-mini".to_owned()];
        }
        let Some(model) = choose_model(self.check.provider, &self.check.place, &models) else {
            self.end(StepState::Skipped, "No chat model was found to ask.");
            return self.accepted(listed);
        };
        match self.ask(probe, &model).await {
            Ok((Verdict::Fine, tokens)) => {
                self.cost = cost(price(&model), tokens);
                let note = match self.cost {
                    Some(cost) => format!("{model}, {}", cost.display_usd()),
                    None => format!("{model}, price not known"),
                };
                self.end(StepState::Passed, &note);
                self.accepted(true);
            }
            Ok((verdict, _)) => self.refused(verdict),
            Err(no_reply) => self.no_reply(no_reply),
        }
    }

    /// Asks with the newer name of the limit first, then with the one that older servers know.
    async fn ask(
        &self,
        probe: &Probe<'_>,
        model: &str,
    ) -> Result<(Verdict, Option<Tokens>), NoReply> {
        let (provider, place) = (self.check.provider, &self.check.place);
        let mut last = (Verdict::WrongForm, None);
        for older in [false, true] {
            let Reply { status, body, .. } = probe.post(ask(provider, place, model, older)).await?;
            last = read_answer(provider, status, &body);
            if last.0 != Verdict::WrongForm {
                break;
            }
        }
        Ok(last)
    }

    /// Everything that was asked went well. `sure`: at least one answer or list proves it.
    fn accepted(&mut self, sure: bool) {
        match (self.limited, sure) {
            (_, false) => self.found(
                CheckOutcome::Restricted,
                "The key is accepted, but may not list models, and no answer was tried.",
                "Give it the right to list models, or name a model to try.",
            ),
            (Some(words), true) => self.found(CheckOutcome::Limited, words, ""),
            (None, true) => self.found(CheckOutcome::Valid, "The key works.", ""),
        }
    }

    fn refused(&mut self, verdict: Verdict) {
        let (outcome, reason, next) = match verdict {
            Verdict::Limited(words) => (CheckOutcome::Limited, words, ""),
            Verdict::NoCredit => (
                CheckOutcome::NoCredit,
                "The key is right, but its account has no credit or quota left.",
                "Add credit at the provider, then check again.",
            ),
            Verdict::Restricted(words) => (
                CheckOutcome::Restricted,
                words,
                "Change the key’s rights at the provider, then check again.",
            ),
            Verdict::Bad(words) => (
                CheckOutcome::Bad,
                words,
                "Make a new key at the provider and paste it here.",
            ),
            Verdict::NotFound => (
                CheckOutcome::Restricted,
                "The provider has no such model, deployment or API version for this key.",
                "Check the deployment, the API version and the region.",
            ),
            Verdict::NotThis => (
                CheckOutcome::Unreachable,
                "Something answers at this address, but not like this provider.",
                "Check the address; it often ends in /v1.",
            ),
            Verdict::WrongForm => (
                CheckOutcome::Unknown,
                "The key is accepted, but the trial question was not understood.",
                "Seal it and try it in a conversation.",
            ),
            Verdict::Fine | Verdict::MayNotList | Verdict::Busy => (
                CheckOutcome::Unknown,
                "The provider is busy or failing just now. That says nothing about the key.",
                TRY_LATER,
            ),
        };
        let state = if outcome == CheckOutcome::Limited {
            StepState::Warned
        } else {
            StepState::Failed
        };
        self.end(state, reason);
        self.found(outcome, reason, next);
    }

    fn no_reply(&mut self, no_reply: NoReply) {
        let (outcome, reason, next) = match no_reply {
            NoReply::Refused(EgressRefused::Private) => (
                CheckOutcome::Unreachable,
                "The address lies in a private network, which this installation does not reach.",
                "The operator can allow that network (egress.allow_private).",
            ),
            NoReply::Refused(EgressRefused::Plain) => (
                CheckOutcome::Unreachable,
                "Plain http is used only inside networks that the operator allows.",
                "Use an https address, or ask the operator (egress.allow_private).",
            ),
            NoReply::Refused(EgressRefused::Port) => (
                CheckOutcome::Unreachable,
                "The port of this address belongs to another kind of service.",
                "Check the address.",
            ),
            NoReply::Refused(EgressRefused::Malformed) => (
                CheckOutcome::Unreachable,
                "The address cannot be used.",
                "It must begin with https:// and carry no user, query or fragment.",
            ),
            NoReply::Unreachable => (
                CheckOutcome::Unreachable,
                "Nobody answers at this address. That says nothing about the key.",
                "Check the address, or try again later.",
            ),
            NoReply::Slow => (
                CheckOutcome::Unreachable,
                "The address took longer than ten seconds. That says nothing about the key.",
                TRY_LATER,
            ),
            NoReply::TooLong => (
                CheckOutcome::Unreachable,
                "The answer was far longer than this provider’s are.",
                "Check the address.",
            ),
            NoReply::CannotSign => (
                CheckOutcome::Unknown,
                "Nothing was sent: the key, its id or its region cannot stand in a request.",
                "Check them for spaces and missing parts, and paste the key again.",
            ),
        };
        self.end(StepState::Failed, reason);
        self.found(outcome, reason, next);
    }

    /// The whole check took too long.
    pub(super) fn give_up(&mut self) {
        self.no_reply(NoReply::Slow);
    }

    /// What was found; steps that were not done are told as skipped.
    pub(super) fn report(mut self) -> CheckReport {
        for step in CheckStep::ALL.iter().skip(self.ended).copied() {
            (self.tell)(CheckEvent::Step {
                step,
                state: StepState::Skipped,
                ms: None,
                note: String::new(),
            });
        }
        let (outcome, reason, next) = self.found.take().unwrap_or_else(|| {
            let nothing = "The check ended without a result.".to_owned();
            (CheckOutcome::Unknown, nothing, TRY_LATER.to_owned())
        });
        CheckReport {
            outcome,
            reason,
            next,
            account: self.account,
            models: self.models,
            cost: self.cost,
        }
    }

    fn begin(&mut self, step: CheckStep) {
        self.current = Some((step, Instant::now()));
        (self.tell)(CheckEvent::Step {
            step,
            state: StepState::Running,
            ms: None,
            note: String::new(),
        });
    }

    fn end(&mut self, state: StepState, note: &str) {
        let Some((step, since)) = self.current.take() else {
            return;
        };
        self.ended += 1;
        let ms = u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX);
        (self.tell)(CheckEvent::Step {
            step,
            state,
            ms: (state != StepState::Skipped).then_some(ms),
            note: note.to_owned(),
        });
    }

    fn found(&mut self, outcome: CheckOutcome, reason: &str, next: &str) {
        self.found = Some((outcome, reason.to_owned(), next.to_owned()));
    }
}

fn cost(price: Option<Price>, tokens: Option<Tokens>) -> Option<NanoUsd> {
    let (price, tokens) = (price?, tokens?);
    Some(price.cost(tokens.input, tokens.output))
}
