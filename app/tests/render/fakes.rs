//! Fixed answers behind the ports, so that pages can be rendered without a backend.

use async_trait::async_trait;
use contract::audit::{LogState, RecordFilter, RecordKind, RecordView, RecordsView};
use contract::chat::{
    ConversationSummary, ConversationView, MessageBody, MessageView, ModelAlias, Receipt,
    SearchHit, SendMessage, Sidebar, TurnOpened,
};
use contract::identity::{
    InvitationOffer, InvitationView, MemberSessions, MemberView, SessionView, TeamView,
};
use contract::keys::{
    CheckOutcome, CheckSubject, HealthPoint, KeyChange, KeyDraft, KeyEnvironment, KeyPlace,
    KeyProvider, KeyRights, KeyScope, KeyTerms, KeyView, KeysView, Proof, TypedSecret,
};
use contract::ports::PeoplePort;
use contract::savings::{
    Answers, CacheKeep, CachePurge, NotSpent, SavingsDay, SavingsModel, SavingsView, SimilarSavings,
};
use contract::sealing::{SealingView, ServiceDraft};
use contract::{
    AnswerEnd, AppError, AppResult, AuditPort, Caller, ChatPort, ConversationId, ErrorCode, KeyId,
    KeysPort, MemberId, MessageId, NanoUsd, Role, SavingsPort, SealingPort, SessionId, TeamId,
    TenantId,
};
use uuid::Uuid;

/// The only conversation there is.
pub(crate) fn conversation_id() -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(0xc0))
}

/// A person of the workspace.
pub(crate) fn caller(role: Role) -> Caller {
    Caller::new(
        tenant(),
        MemberId::from_uuid(Uuid::from_u128(1)),
        SessionId::from_uuid(Uuid::from_u128(2)),
        role,
        "Anna Lorenz".to_owned(),
        "anna.lorenz@nordwind.example".to_owned(),
    )
}

/// The workspace.
pub(crate) fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(9))
}

/// A question with markup in it, which must arrive as text.
pub(crate) const QUESTION: &str = "What does <b>bold</b> cost? </script><script>alert(1)</script>";

/// Chat and people with fixed answers.
pub(crate) struct Fixed;

fn message(number: u128, parent: Option<u128>, body: MessageBody) -> MessageView {
    let id = |number| MessageId::from_uuid(Uuid::from_u128(number));
    MessageView {
        id: id(number),
        parent: parent.map(id),
        body,
        siblings: vec![id(number)],
    }
}

#[async_trait]
impl ChatPort for Fixed {
    async fn sidebar(&self, caller: &Caller) -> AppResult<Sidebar> {
        Ok(Sidebar {
            sealed: None,
            attention: None,
            conversations: vec![ConversationSummary {
                id: conversation_id(),
                title: "Notice </script> periods".to_owned(),
                updated_ms: 0,
                pinned: false,
            }],
            models: vec![ModelAlias {
                alias: "careful".to_owned(),
                label: "Careful".to_owned(),
                demo: true,
            }],
            meter: None,
            member_name: caller.name().to_owned(),
            member_email: caller.email().to_owned(),
            may_chat: caller.role().may_chat(),
            may_manage_members: caller.role().may_manage_members(),
        })
    }

    async fn conversation(&self, _: &Caller, id: ConversationId) -> AppResult<ConversationView> {
        if id != conversation_id() {
            return Err(AppError::not_found());
        }
        let question = MessageBody::Question {
            text: QUESTION.to_owned(),
        };
        let answer = MessageBody::Answer {
            label: "Careful".to_owned(),
            text: "**Nothing.**".to_owned(),
            blocks: vec!["<p><strong>Nothing.</strong></p>".to_owned()],
            end: Some(AnswerEnd::Done {
                receipt: Receipt {
                    paid_by: "Demo answer, no key used".into(),
                    first_text_ms: Some(1_200),
                    ..Receipt::default()
                },
            }),
        };
        Ok(ConversationView {
            id,
            title: "Notice </script> periods".to_owned(),
            pinned: false,
            messages: vec![message(1, None, question), message(2, Some(1), answer)],
        })
    }

    async fn open_turn(&self, _: &Caller, _: SendMessage) -> AppResult<TurnOpened> {
        Err(AppError::new(ErrorCode::OverBudget, "The limit is used up.").with_reference("b42xq"))
    }

    async fn stop_turn(&self, _: &Caller, _: MessageId) -> AppResult<()> {
        Ok(())
    }

    async fn choose_branch(
        &self,
        caller: &Caller,
        id: ConversationId,
        _: MessageId,
    ) -> AppResult<ConversationView> {
        self.conversation(caller, id).await
    }

    async fn rename(&self, _: &Caller, _: ConversationId, _: String) -> AppResult<()> {
        Ok(())
    }

    async fn pin(&self, _: &Caller, _: ConversationId, _: bool) -> AppResult<()> {
        Ok(())
    }

    async fn delete(&self, _: &Caller, _: ConversationId) -> AppResult<()> {
        Ok(())
    }

    async fn restore(&self, _: &Caller, _: ConversationId) -> AppResult<()> {
        Ok(())
    }

    async fn search(&self, _: &Caller, _: String) -> AppResult<Vec<SearchHit>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl PeoplePort for Fixed {
    async fn sessions(&self, caller: &Caller) -> AppResult<Vec<SessionView>> {
        Ok(vec![SessionView {
            id: caller.session(),
            device: "Firefox on Linux".to_owned(),
            created_ms: 0,
            seen_ms: 0,
            expires_ms: 86_400_000,
            current: true,
        }])
    }

    async fn everybodys_sessions(&self, caller: &Caller) -> AppResult<Vec<MemberSessions>> {
        if !caller.role().may_end_sessions() {
            return Err(AppError::new(ErrorCode::Denied, "For owners and admins."));
        }
        let person = |number: u128, name: &str, role: Role, sessions| MemberSessions {
            member: MemberId::from_uuid(Uuid::from_u128(number)),
            name: name.to_owned(),
            email: format!("{number}@nordwind.example"),
            role,
            may_end: caller.role().may_sign_out(role),
            sessions,
        };
        let session = |number| SessionView {
            id: SessionId::from_uuid(Uuid::from_u128(number)),
            device: "Chrome on Windows".to_owned(),
            created_ms: 0,
            seen_ms: 0,
            expires_ms: 86_400_000,
            current: false,
        };
        Ok(vec![
            person(
                1,
                caller.name(),
                caller.role(),
                self.sessions(caller).await?,
            ),
            person(0xf1, "Tim <b>", Role::Member, vec![session(1), session(2)]),
            person(0xf2, "Mia", Role::Owner, vec![session(3)]),
        ])
    }

    async fn members(&self, caller: &Caller) -> AppResult<Vec<MemberView>> {
        if !caller.role().may_manage_members() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "Members are managed by owners and admins.",
            ));
        }
        Ok(vec![MemberView {
            id: caller.member(),
            name: caller.name().to_owned(),
            email: caller.email().to_owned(),
            role: caller.role(),
            teams: vec![team().id],
        }])
    }

    async fn teams(&self, _: &Caller) -> AppResult<Vec<TeamView>> {
        Ok(vec![team()])
    }

    async fn invitations(&self, _: &Caller) -> AppResult<Vec<InvitationView>> {
        Ok(Vec::new())
    }

    async fn invitation(&self, _: TenantId, token: String) -> AppResult<InvitationOffer> {
        if token != "good" {
            return Err(AppError::not_found());
        }
        Ok(InvitationOffer {
            email: "neu@nordwind.example".to_owned(),
            role: Role::Member,
            invited_by: "Anna Lorenz".to_owned(),
        })
    }
}

/// The only team there is.
fn team() -> TeamView {
    TeamView {
        id: TeamId::from_uuid(Uuid::from_u128(0xe0)),
        name: "Research <i>".to_owned(),
    }
}

/// The only sealed key there is.
pub(crate) fn key_id() -> KeyId {
    KeyId::from_uuid(Uuid::from_u128(0xd0))
}

fn subject() -> CheckSubject {
    CheckSubject {
        id: KeyId::from_uuid(Uuid::from_u128(0xd1)),
        name: "Trial <b>key</b>".to_owned(),
        provider: KeyProvider::OpenAi,
        environment: KeyEnvironment::Development,
        host: "api.openai.example".to_owned(),
        ends_in: "Xa91".to_owned(),
        place: KeyPlace::default(),
        is_draft: true,
        replaces: None,
        sealing: "Sealed under this workspace’s own key.".to_owned(),
        scope: KeyScope::Workspace,
        rights: KeyRights::Change,
    }
}

fn key() -> KeyView {
    let point = |outcome, at_ms| HealthPoint {
        at_ms,
        outcome,
        reason: "The key works.".to_owned(),
        next: String::new(),
    };
    KeyView {
        id: key_id(),
        name: "Firm </script> account".to_owned(),
        provider: KeyProvider::Anthropic,
        environment: KeyEnvironment::Production,
        scope: KeyScope::Workspace,
        scope_words: "Everyone in Nordwind Legal".to_owned(),
        rights: KeyRights::Change,
        host: "api.anthropic.example".to_owned(),
        ends_in: "9tQ2".to_owned(),
        account: Some("Nordwind Partnerschaft".to_owned()),
        added_by: "Anna Lorenz".to_owned(),
        added_ms: 0,
        last_used_ms: None,
        month: NanoUsd::from_usd(318),
        month_calls: 12,
        health: Some(point(CheckOutcome::Valid, 2)),
        history: vec![
            point(CheckOutcome::NoCredit, 1),
            point(CheckOutcome::Valid, 2),
        ],
        expires_ms: None,
        rotate_by_ms: None,
        disabled: false,
        previous_until_ms: None,
        used_by: vec!["Careful".to_owned()],
    }
}

/// An owner has keys, an admin has accepted nothing yet, an auditor may only look.
#[async_trait]
impl KeysPort for Fixed {
    async fn keys(&self, caller: &Caller) -> AppResult<KeysView> {
        if !caller.role().may_see_keys() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "Provider keys are for owners.",
            ));
        }
        let fresh = caller.role() == Role::Admin;
        Ok(KeysView {
            keys: if fresh {
                Vec::new()
            } else {
                vec![KeyView {
                    rights: if caller.role() == Role::Owner {
                        KeyRights::Change
                    } else {
                        KeyRights::See
                    },
                    ..key()
                }]
            },
            drafts: if fresh { Vec::new() } else { vec![subject()] },
            terms: fresh.then(|| KeyTerms {
                version: "v1".to_owned(),
                paragraphs: vec!["Your key stays yours.".to_owned()],
            }),
            accepted: (!fresh).then(|| "Anna Lorenz, 1 January 1970".to_owned()),
            order: "In the order its targets are listed.".to_owned(),
            sealing: sealing(caller),
            environment: KeyEnvironment::Production,
            may_change: caller.role().may_manage_keys(),
            member_keys: false,
            teams: vec![team()],
        })
    }

    async fn own_keys(&self, caller: &Caller) -> AppResult<KeysView> {
        let own = KeyView {
            name: "My own".to_owned(),
            scope: KeyScope::Member(caller.member()),
            rights: KeyRights::Change,
            ..key()
        };
        Ok(KeysView {
            keys: vec![own],
            drafts: Vec::new(),
            terms: None,
            accepted: None,
            order: "Yours first.".to_owned(),
            sealing: sealing(caller),
            environment: KeyEnvironment::Production,
            may_change: caller.role().may_chat(),
            member_keys: caller.role().may_chat(),
            teams: Vec::new(),
        })
    }

    async fn allow_member_keys(&self, _: &Caller, _: bool) -> AppResult<()> {
        Ok(())
    }

    async fn accept_terms(&self, _: &Caller, _: String) -> AppResult<()> {
        Ok(())
    }

    async fn check(&self, _: &Caller, _: KeyDraft) -> AppResult<KeyId> {
        Ok(subject().id)
    }

    async fn subject(&self, _: &Caller, id: KeyId) -> AppResult<CheckSubject> {
        Some(subject())
            .filter(|it| it.id == id)
            .ok_or_else(AppError::not_found)
    }

    async fn check_again(&self, _: &Caller, _: KeyId) -> AppResult<()> {
        Ok(())
    }

    async fn seal(&self, _: &Caller, _: KeyId, _: bool, _: u32, _: Proof) -> AppResult<()> {
        Ok(())
    }

    async fn discard(&self, _: &Caller, _: KeyId) -> AppResult<()> {
        Ok(())
    }

    async fn change(&self, _: &Caller, _: KeyId, _: KeyChange) -> AppResult<()> {
        Ok(())
    }

    async fn take_back(&self, _: &Caller, _: KeyId, _: Proof) -> AppResult<()> {
        Ok(())
    }

    async fn delete(&self, _: &Caller, _: KeyId, _: Proof) -> AppResult<()> {
        Ok(())
    }
}

fn sealing(caller: &Caller) -> SealingView {
    SealingView {
        statement: subject().sealing,
        own_key: caller.role() == Role::Auditor,
        moving: false,
        trouble: None,
        held_seconds: 60,
        may_change: caller.role().may_manage_keys(),
    }
}

#[async_trait]
impl SealingPort for Fixed {
    async fn sealing(&self, caller: &Caller) -> AppResult<SealingView> {
        Ok(sealing(caller))
    }

    async fn attach(&self, _: &Caller, _: ServiceDraft, _: Proof) -> AppResult<()> {
        Ok(())
    }

    async fn replace_access(
        &self,
        _: &Caller,
        _: Option<String>,
        _: TypedSecret,
        _: Proof,
    ) -> AppResult<()> {
        Ok(())
    }

    async fn rotate(&self, _: &Caller, _: Proof) -> AppResult<()> {
        Ok(())
    }

    async fn detach(&self, _: &Caller, _: Proof) -> AppResult<()> {
        Ok(())
    }
}

/// An owner saved something, an admin nothing yet, an auditor looks at an installation without a cache.
#[async_trait]
impl SavingsPort for Fixed {
    async fn savings(&self, caller: &Caller) -> AppResult<SavingsView> {
        if !caller.role().may_see_savings() {
            return Err(AppError::new(ErrorCode::Denied, "Savings are for owners."));
        }
        let some = caller.role() != Role::Admin;
        let answers = Answers {
            all: 1_200,
            exact: 300,
            shared: 60,
            similar: 0,
            fresh: 4,
        };
        let not_spent = NotSpent {
            by_cache: NanoUsd::from_usd(12),
            cache_tokens: 480_000,
            unpriced: 3,
            by_provider: NanoUsd::from_usd(4),
            provider_tokens: 2_000_000,
            unpriced_tokens: 0,
        };
        let day = |day| SavingsDay {
            day,
            ..SavingsDay::default()
        };
        let busy = SavingsDay {
            answers,
            not_spent,
            ..day(20_430)
        };
        let model = SavingsModel {
            provider: "openai".to_owned(),
            model: "gpt <b>5</b>".to_owned(),
            demo: false,
            answers,
            not_spent,
        };
        Ok(SavingsView {
            days: vec![day(20_429), if some { busy } else { day(20_430) }],
            models: if some { vec![model] } else { Vec::new() },
            similar: SimilarSavings {
                compared: 40,
                served: if some { 12 } else { 0 },
                told_apart: 5,
                wrong: 1,
                wrong_at_worst: some.then_some(340_000),
                shared_by: vec!["Careful <i>".to_owned()],
                without_encoder: !some,
            },
            keep: CacheKeep::Minutes(120),
            usual_minutes: (caller.role() != Role::Auditor).then_some(10),
            purges: 2,
            aliases: vec![("careful".to_owned(), "Careful".to_owned())],
            prompt_version: Some(7),
            may_change: caller.role().may_manage_cache(),
        })
    }

    async fn set_cache(&self, _: &Caller, _: CacheKeep) -> AppResult<()> {
        Ok(())
    }

    async fn purge_cache(&self, _: &Caller, _: CachePurge) -> AppResult<()> {
        Ok(())
    }
}

/// A log of two records; the one for owners was tampered with.
#[async_trait]
impl AuditPort for Fixed {
    async fn records(&self, caller: &Caller, filter: RecordFilter) -> AppResult<RecordsView> {
        if !caller.role().may_read_records() {
            return Err(AppError::new(ErrorCode::Denied, "Records are for owners."));
        }
        let record = |seq, what: &str, is_member| RecordView {
            seq,
            at_ms: 1_795_000_000_000,
            who: "Mia <Berg>".to_owned(),
            is_member,
            what: what.to_owned(),
            about: "main </script> key".to_owned(),
            more: String::new(),
        };
        let log = match caller.role() {
            Role::Owner => LogState::Broken {
                seq: 17,
                problem: "it was changed".to_owned(),
                checked_ms: 0,
            },
            Role::Admin => LogState::Checking,
            _ => LogState::Whole {
                records: 1_234,
                before_chain: 2,
                signed_to: Some(1_200),
                checked_ms: 0,
            },
        };
        let none = filter.kind == RecordKind::Uses;
        Ok(RecordsView {
            records: if none {
                Vec::new()
            } else {
                vec![
                    record(18, "Sealed a provider key", true),
                    record(17, "Set a limit", false),
                ]
            },
            older: (!none).then_some(17),
            log,
        })
    }
}
