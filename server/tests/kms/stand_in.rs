//! What the stand-ins share: an address, a cipher, and a list of what they were asked wrongly.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use axum::Router;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Starts `router` on loopback; its address.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// What was asked in a way that the real service would not take. Empty at the end, or a test fails.
#[derive(Clone, Default)]
pub(crate) struct Wrong(Arc<Mutex<Vec<String>>>);

impl Wrong {
    pub(crate) fn unless(&self, right: bool, what: &str) {
        if !right {
            self.0.lock().unwrap().push(what.to_owned());
        }
    }

    pub(crate) fn nothing(&self) {
        let wrong = self.0.lock().unwrap();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// A key that never leaves its service.
#[derive(Clone, Copy)]
pub(crate) struct Kept(pub(crate) [u8; 32]);

impl Kept {
    /// Nonce and ciphertext.
    pub(crate) fn wrap(&self, plain: &[u8], bound: &[u8]) -> Vec<u8> {
        let nonce: [u8; 12] = rand::random();
        let payload = Payload {
            msg: plain,
            aad: bound,
        };
        let sealed = Aes256Gcm::new((&self.0).into())
            .encrypt(&Nonce::from(nonce), payload)
            .unwrap();
        [&nonce[..], &sealed].concat()
    }

    pub(crate) fn unwrap(&self, wrapped: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = wrapped.split_first_chunk::<12>()?;
        let payload = Payload {
            msg: sealed,
            aad: bound,
        };
        Aes256Gcm::new((&self.0).into())
            .decrypt(&Nonce::from(*nonce), payload)
            .ok()
    }
}
