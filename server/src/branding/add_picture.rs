//! Takes an uploaded picture: decoded under limits, written anew, kept under the hash of its pixels.

use super::{Branding, failed, may_manage};
use crate::brand::{Logo, accept_logo, sha256_of};
use crate::fault;
use contract::{AppError, AppResult, Caller, ErrorCode, Said, said};
use store::{StoreError, audit, brand_assets};

impl Branding {
    /// Keeps a picture and returns its name. It is shown nowhere until a look names it.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`]: it is no picture that may be kept, with the reason.
    pub async fn add_picture(&self, caller: &Caller, bytes: Vec<u8>) -> AppResult<String> {
        may_manage(caller)?;
        let logo = self.decode(bytes).await?;
        let invalid = |words: Said| AppError::new(ErrorCode::Invalid, words);
        let Some(hash) = sha256_of(&logo.sha256) else {
            return Err(fault::internal("keeping a picture", "its hash is none"));
        };
        let kept = async {
            let mut tx = self.store.tenant(caller).await?;
            let (kind, media) = (&logo.sha256, logo.content_type);
            let kept = brand_assets::put(&mut tx, kind, media, &logo.bytes, &hash).await?;
            if kept {
                let who = (caller.author(), caller.name());
                let size = format!("{} × {} pixels", logo.width, logo.height);
                audit::append(&mut tx, who, "brand.picture_added", &size).await?;
            }
            tx.commit().await?;
            Ok::<_, StoreError>(kept)
        };
        if kept.await.map_err(failed("keeping a picture"))? {
            return Ok(logo.sha256);
        }
        Err(invalid(said!(
            "There are too many pictures here already. Those that no look uses go after a day."
        )))
    }

    async fn decode(&self, bytes: Vec<u8>) -> AppResult<Logo> {
        let doing = "decoding a picture";
        let turn = self.decoding.acquire().await;
        let turn = turn.map_err(|error| fault::internal(doing, error))?;
        let decoded = tokio::task::spawn_blocking(move || accept_logo(&bytes)).await;
        drop(turn);
        decoded
            .map_err(|error| fault::internal(doing, error))?
            .map_err(|problem| AppError::new(ErrorCode::Invalid, problem.said()))
    }
}
