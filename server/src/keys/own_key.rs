//! A client's own key at a key service, from the browser: with the password, and recorded.

use super::{Keys, failed, may_manage, may_see};
use crate::fault;
use crate::kms::{
    AttachError, AwsSettings, AzureSettings, By, GoogleSettings, KeyServiceError, ServiceSettings,
    TransitSettings,
};
use async_trait::async_trait;
use contract::keys::{Proof, TypedSecret};
use contract::sealing::{SealingView, ServiceDraft, ServiceFields, ServiceKind};
use contract::{AppError, AppResult, Caller, ErrorCode, Said, SealingPort, said};

impl Keys {
    /// Under which key the caller's workspace is sealed.
    pub(super) async fn read_sealing(&self, caller: &Caller) -> AppResult<SealingView> {
        let may_change = caller.role().may_manage_keys();
        let told = self.custody.tell(&self.vault, caller.tenant(), may_change);
        told.await
            .map_err(failed("reading under which key a workspace is sealed"))
    }

    async fn may_move(&self, caller: &Caller, proof: Proof) -> AppResult<()> {
        may_manage(caller)?;
        self.people.prove(caller, proof).await
    }

    /// Notes that the access was replaced. It works by then, and is not undone because the note
    /// failed: then that is in the log of the process.
    async fn note(&self, caller: &Caller, action: &str, object: &str) -> AppResult<()> {
        let noted = async {
            let mut tx = self.store.tenant(caller).await?;
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, action, object).await?;
            tx.commit().await
        };
        noted
            .await
            .map_err(failed("recording what was done to a key"))
    }
}

#[async_trait]
impl SealingPort for Keys {
    async fn sealing(&self, caller: &Caller) -> AppResult<SealingView> {
        may_see(caller)?;
        self.read_sealing(caller).await
    }

    async fn attach(&self, caller: &Caller, draft: ServiceDraft, proof: Proof) -> AppResult<()> {
        self.may_move(caller, proof).await?;
        let settings = settings_of(&draft.fields)?;
        let access = draft.access.expose().trim().to_owned().into();
        let mut passed = None;
        let tell = |step: crate::kms::AttachStep| passed = Some(step.words());
        let attached = self
            .custody
            .attach(caller.tenant(), settings, &access, by(caller), tell)
            .await;
        attached.map_err(|error| refused(&error, passed))?;
        Ok(())
    }

    async fn replace_access(
        &self,
        caller: &Caller,
        identity: Option<String>,
        access: TypedSecret,
        proof: Proof,
    ) -> AppResult<()> {
        self.may_move(caller, proof).await?;
        let access = access.expose().trim().to_owned().into();
        let identity = identity.as_deref();
        self.custody
            .replace_access(caller.tenant(), identity, &access)
            .await
            .map_err(|error| refused(&error, None))?;
        let object = identity.unwrap_or_default();
        self.note(caller, "kms.access_replaced", object).await
    }

    async fn rotate(&self, caller: &Caller, proof: Proof) -> AppResult<()> {
        self.may_move(caller, proof).await?;
        let rotated = self.custody.rotate(caller.tenant(), by(caller)).await;
        rotated.map_err(|error| refused(&error, None))?;
        Ok(())
    }

    async fn detach(&self, caller: &Caller, proof: Proof) -> AppResult<()> {
        self.may_move(caller, proof).await?;
        // Everything has to be opened once more: better refused now than stuck halfway.
        let unlocked = self.vault.unlock(caller.tenant()).await;
        unlocked.map_err(|error| fault::vault("detaching a key service", error))?;
        self.custody
            .detach(caller.tenant(), by(caller))
            .await
            .map_err(|error| refused(&error, None))
    }
}

fn by(caller: &Caller) -> By<'_> {
    (Some(caller.member()), caller.name())
}

fn settings_of(fields: &ServiceFields) -> AppResult<ServiceSettings> {
    let invalid = |message: Said| AppError::new(ErrorCode::Invalid, message);
    let kind = ServiceKind::parse(&fields.kind);
    let kind = kind.ok_or_else(|| invalid(said!("Service: choose one of the list.")))?;
    let needed = |value: &str, name: Said| {
        let value = value.trim().to_owned();
        if value.is_empty() {
            Err(invalid(said!(
                "{name}: this service needs it.",
                name = name
            )))
        } else {
            Ok(value)
        }
    };
    let optional = |value: &str| {
        let value = value.trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    let key = needed(&fields.key, said!("Key"))?;
    Ok(match kind {
        ServiceKind::Aws => ServiceSettings::AwsKms(AwsSettings {
            key,
            endpoint: optional(&fields.address),
            access_key_id: needed(&fields.identity, said!("Access key or client id"))?,
        }),
        ServiceKind::Azure => ServiceSettings::AzureKeyVault(AzureSettings {
            vault: needed(&fields.address, said!("Address"))?,
            key,
            directory: needed(&fields.directory, said!("Directory id"))?,
            client_id: needed(&fields.identity, said!("Access key or client id"))?,
            login: None,
        }),
        ServiceKind::Google => ServiceSettings::GoogleKms(GoogleSettings {
            key,
            endpoint: optional(&fields.address),
        }),
        ServiceKind::Transit => ServiceSettings::Transit(TransitSettings {
            address: needed(&fields.address, said!("Address"))?,
            namespace: optional(&fields.namespace),
            mount: optional(&fields.mount).unwrap_or_else(|| "transit".to_owned()),
            key,
        }),
    })
}

/// What an administrator reads; `passed`: the last step of the check that went well.
fn refused(error: &AttachError, passed: Option<&str>) -> AppError {
    let code = match error {
        AttachError::Store(_) | AttachError::Vault(_) => {
            return fault::internal("moving a workspace to another key", error);
        }
        AttachError::Moving => {
            return AppError::new(
                ErrorCode::Conflict,
                "This workspace is on its way from one key to another. Nothing was changed: wait \
                 until that is done.",
            );
        }
        AttachError::NotAttached => {
            return AppError::new(
                ErrorCode::Conflict,
                "This workspace has no key of its own. Nothing was changed: attach one first.",
            );
        }
        AttachError::Service(KeyServiceError::Unavailable(_)) => ErrorCode::Sealed,
        _ => ErrorCode::Invalid,
    };
    let found = error.to_string();
    let said = match passed {
        Some(step) => said!(
            "{step}, but then: {found}. Nothing was changed. The access has to be pasted again; it was \
             not kept.",
            step = Said::read(step),
            found = Said::read(found)
        ),
        None => said!(
            "The check found: {found}. Nothing was changed. The access has to be pasted again; it was \
             not kept.",
            found = Said::read(found)
        ),
    };
    AppError::new(code, said)
}
