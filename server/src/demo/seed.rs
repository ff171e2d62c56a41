//! Puts the invented installation into the database. Running it again changes nothing.

use super::people::{DemoConversation, DemoWorkspace, installation};
use crate::chat::sealed_text::SealedText;
use crate::chat::title_of;
use crate::cli::workspace_create::create_workspace;
use crate::cli::{Refused, open::Opened};
use crate::identity::password::Passwords;
use crate::workspace::Wanted;
use contract::chat::Receipt;
use contract::{AgencyId, ConversationId, MemberId, MessageId, NanoUsd, TenantId};
use serde::Serialize;
use store::platform::agencies::AgencyRow;
use store::{EndedAnswer, MessageState, NewAnswerRow, NewMemberRow, NewQuestionRow, TenantTx};
use uuid::Uuid;

/// A demo workspace and who can sign in.
#[derive(Serialize)]
pub struct SeededWorkspace {
    /// Short name.
    pub slug: String,
    /// Host name, without port.
    pub host: String,
    /// Name.
    pub name: String,
    /// Who can sign in.
    pub people: Vec<SeededPerson>,
}

/// Somebody who can sign in.
#[derive(Serialize)]
pub struct SeededPerson {
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Role.
    pub role: &'static str,
}

/// Creates what is missing and lists everything.
///
/// # Errors
/// When storage or the vault fails.
pub async fn seed(opened: &Opened) -> Result<Vec<SeededWorkspace>, Refused> {
    let passwords = Passwords::new()?;
    let mut seeded = Vec::new();
    for demo in &installation().workspaces {
        let agency = seed_agency(opened, &demo.agency).await?;
        if opened.store.workspace_by_slug(&demo.slug).await?.is_none() {
            seed_workspace(opened, demo, agency, &passwords).await?;
        }
        seeded.push(SeededWorkspace {
            slug: demo.slug.clone(),
            host: format!("{}.{}", demo.slug, opened.config.server.platform_host),
            name: demo.name.clone(),
            people: demo
                .people
                .iter()
                .map(|person| SeededPerson {
                    email: person.email.clone(),
                    password: demo.password.clone(),
                    role: person.role.as_str(),
                })
                .collect(),
        });
    }
    Ok(seeded)
}

async fn seed_agency(opened: &Opened, slug: &str) -> Result<Option<AgencyId>, Refused> {
    let Some(agency) = installation()
        .agencies
        .iter()
        .find(|agency| agency.slug == slug)
    else {
        return Ok(None);
    };
    let row = AgencyRow {
        id: AgencyId::from_uuid(Uuid::now_v7()),
        slug: agency.slug.clone(),
        name: agency.name.clone(),
        demo: true,
    };
    Ok(Some(opened.store.upsert_agency(&row).await?.id))
}

async fn seed_workspace(
    opened: &Opened,
    demo: &DemoWorkspace,
    agency: Option<AgencyId>,
    passwords: &Passwords,
) -> Result<(), Refused> {
    let wanted = Wanted {
        slug: demo.slug.clone(),
        name: demo.name.clone(),
        brand: demo.brand.clone(),
        agency,
        extra_host: None,
        budget: Some(NanoUsd::from_usd(demo.limit_usd)),
        demo: true,
    };
    let (tenant, _) = create_workspace(opened, wanted).await?;
    // One hash for all people of a demo workspace: they share one password anyway.
    let hash = passwords.hash(demo.password.clone().into()).await?;
    let sealed_text = SealedText::new(opened.vault.unlock(tenant).await?);
    let mut tx = opened.store.enter(tenant).await?;
    for person in &demo.people {
        let row = NewMemberRow {
            id: MemberId::from_uuid(Uuid::now_v7()),
            email: person.email.clone(),
            name: person.name.clone(),
            role: person.role,
            password_hash: Some(hash.clone()),
        };
        store::members::insert(&mut tx, &row).await?;
    }
    let prompt = Uuid::now_v7();
    let sealed = sealed_text.seal_prompt(prompt, &demo.prompt)?;
    store::prompts::insert_version(&mut tx, prompt, &sealed, None).await?;
    for conversation in &demo.conversations {
        seed_conversation(&mut tx, &sealed_text, tenant, conversation).await?;
    }
    tx.commit().await?;
    opened.store.announce_change(tenant).await?;
    Ok(())
}

async fn seed_conversation(
    tx: &mut TenantTx,
    sealed_text: &SealedText,
    tenant: TenantId,
    demo: &DemoConversation,
) -> Result<(), Refused> {
    let member = store::members::find_by_email(tx, &demo.of).await?;
    let member = member
        .ok_or_else(|| format!("no demo person {} in {tenant}", demo.of))?
        .id;
    let conversation = ConversationId::from_uuid(Uuid::now_v7());
    let (question, answer) = (
        MessageId::from_uuid(Uuid::now_v7()),
        MessageId::from_uuid(Uuid::now_v7()),
    );
    let title = sealed_text.seal_title(conversation, &title_of(&demo.question))?;
    store::conversations::insert(tx, conversation, member, &title).await?;
    let row = NewQuestionRow {
        id: question,
        conversation_id: conversation,
        member_id: member,
        parent_id: None,
        sealed_body: sealed_text.seal_body(question, &demo.question)?,
    };
    store::messages::insert_question(tx, &row).await?;
    let row = NewAnswerRow {
        id: answer,
        conversation_id: conversation,
        member_id: member,
        parent_id: question,
        alias: "demo".to_owned(),
        node_id: Uuid::nil(),
        send_token: answer.to_string(),
    };
    store::messages::insert_answer(tx, &row).await?;
    let receipt = Receipt {
        paid_by: "Demo answer, no key used".into(),
        ..Receipt::default()
    };
    let sealed_body = sealed_text.seal_body(answer, demo.answer.trim())?;
    let ended = EndedAnswer {
        state: MessageState::Done,
        sealed_body: Some(&sealed_body),
        receipt: Some(serde_json::to_value(receipt)?),
        failure: None,
    };
    store::messages::finish(tx, answer, &ended).await?;
    store::conversations::set_leaf(tx, conversation, answer).await?;
    let age = std::time::Duration::from_secs(u64::from(demo.days_ago) * 24 * 60 * 60);
    store::conversations::backdate(tx, conversation, age).await?;
    Ok(())
}
