//! A client that sends exactly what it is told and keeps one cookie: no redirects, no scripts.

use super::server::Server;
use reqwest::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// A browser on one host.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    port: u16,
    host: String,
    /// Name and value of the session cookie.
    pub(crate) session: Option<String>,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    /// Somebody who is not signed in, on `<slug>.localhost`; on the platform's host for "".
    pub(crate) fn at(server: &Server, slug: &str) -> Self {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_mins(1))
            .build();
        let host = match slug {
            "" => "localhost".to_owned(),
            slug => format!("{slug}.localhost"),
        };
        Self {
            client: client.unwrap(),
            port: server.port(),
            host,
            session: None,
        }
    }

    /// Somebody who is signed in as a demo person, by one press on the demo page.
    pub(crate) async fn enter(server: &Server, slug: &str, email: &str) -> Self {
        let mut browser = Self::at(server, slug);
        let page = browser
            .form(&format!("/demo/sign-in?email={email}"), &[])
            .await;
        assert_eq!(page.status, 303, "no demo person {email}: {}", page.body);
        browser.session = page.new_session();
        assert!(browser.session.is_some());
        browser
    }

    /// The same person in the same workspace, at another process of the installation.
    pub(crate) fn over_at(&self, server: &Server) -> Self {
        Self {
            port: server.port(),
            ..self.clone()
        }
    }

    /// What a page of this host has as its origin.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    /// A request with Host and session and nothing else.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("http://127.0.0.1:{}{path}", self.port);
        let request = self
            .client
            .request(method, address)
            .header(HOST, format!("{}:{}", self.host, self.port));
        match &self.session {
            Some(session) => request.header(COOKIE, session),
            None => request,
        }
    }

    /// `GET`
    pub(crate) async fn get(&self, path: &str) -> Page {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    /// A form of a page of this host.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self
            .request(Method::POST, path)
            .header(ORIGIN, self.origin());
        read(with_form(request, fields).send().await.unwrap()).await
    }

    /// A server function, called by a page of this host.
    pub(crate) async fn call(&self, function: &str, arguments: &Value) -> Page {
        self.try_call(function, arguments).await.unwrap()
    }

    /// The same where the server may be gone.
    pub(crate) async fn try_call(
        &self,
        function: &str,
        arguments: &Value,
    ) -> Result<Page, reqwest::Error> {
        let path = format!("/api/{function}");
        let request = self
            .request(Method::POST, &path)
            .header(ORIGIN, self.origin());
        let response = with_json(request, arguments).send().await?;
        try_read(response).await
    }

    /// The same, with what it answers.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, function: &str, arguments: &Value) -> T {
        self.call(function, arguments).await.json()
    }
}

/// Adds a form body.
pub(crate) fn with_form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    request
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
}

/// Adds a JSON body.
pub(crate) fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request
        .header(CONTENT_TYPE, "application/json")
        .body(body.to_string())
}

/// Reads an answer to its end.
pub(crate) async fn read(response: Response) -> Page {
    try_read(response).await.unwrap()
}

async fn try_read(response: Response) -> Result<Page, reqwest::Error> {
    Ok(Page {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.text().await?,
    })
}

impl Page {
    /// A header as text; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }

    /// The body as JSON of a good answer.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// Name and value of the session cookie that was set, if one was set.
    pub(crate) fn new_session(&self) -> Option<String> {
        let cookies = self.headers.get_all(SET_COOKIE).iter();
        cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .find(|pair| pair.starts_with("session=") && pair.len() > "session=".len())
            .map(str::to_owned)
    }

    /// All texts between `before` and `after` in the body.
    pub(crate) fn between(&self, before: &str, after: char) -> Vec<String> {
        self.body
            .split(before)
            .skip(1)
            .filter_map(|rest| rest.split(after).next())
            .map(str::to_owned)
            .collect()
    }
}
