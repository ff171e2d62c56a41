//! Following an answer as a page does, from server-sent events.

use super::browser::Browser;
use contract::{AnswerEnd, MessageId, StreamFrame};
use reqwest::{Method, Response};
use std::time::Duration;
use tokio::time::timeout;

/// No scripted answer is silent for longer.
const SILENCE: Duration = Duration::from_secs(30);

/// An open stream of frames.
pub(crate) struct Frames {
    response: Response,
    unread: Vec<u8>,
    /// What is shown so far.
    pub(crate) shown: Shown,
}

/// What a page shows after applying frames.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    pub(crate) blocks: Vec<String>,
    pub(crate) open: String,
    pub(crate) end: Option<AnswerEnd>,
}

impl Frames {
    /// Opens the stream; the status where there is none.
    pub(crate) async fn open(browser: &Browser, answer: MessageId) -> Result<Self, u16> {
        Self::try_open(browser, answer).await.unwrap()
    }

    /// The same where the server may be gone.
    pub(crate) async fn try_open(
        browser: &Browser,
        answer: MessageId,
    ) -> Result<Result<Self, u16>, reqwest::Error> {
        let path = format!("/turns/{answer}/frames");
        let response = browser.request(Method::GET, &path).send().await?;
        if response.status() != 200 {
            return Ok(Err(response.status().as_u16()));
        }
        Ok(Ok(Self {
            response,
            unread: Vec::new(),
            shown: Shown::default(),
        }))
    }

    /// The response's head, for its headers.
    pub(crate) const fn response(&self) -> &Response {
        &self.response
    }

    /// The next frame; `None` when the stream is over or broken.
    pub(crate) async fn next(&mut self) -> Option<StreamFrame> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.unread.drain(..end + 2).collect();
                // Comments keep the connection open and say nothing.
                if let Some(data) = event.strip_prefix(b"data:") {
                    return Some(serde_json::from_slice(data).unwrap());
                }
                continue;
            }
            let chunk = timeout(SILENCE, self.response.chunk()).await;
            let bytes = chunk.expect("an answer fell silent").ok().flatten()?;
            self.unread.extend_from_slice(&bytes);
        }
    }

    /// Applies the next frame. `false`: the stream is over.
    pub(crate) async fn step(&mut self) -> bool {
        match self.next().await {
            Some(frame) => {
                self.shown.apply(frame);
                true
            }
            None => false,
        }
    }

    /// Applies frames until `enough` is shown.
    pub(crate) async fn until(&mut self, enough: impl Fn(&Shown) -> bool) -> Shown {
        while !enough(&self.shown) {
            assert!(self.step().await, "it ended too early: {:?}", self.shown);
        }
        self.shown.clone()
    }

    /// Applies every frame up to the end of the stream.
    pub(crate) async fn rest(&mut self) -> Shown {
        while self.step().await {}
        self.shown.clone()
    }
}

impl Shown {
    /// Applies one frame as pages do.
    pub(crate) fn apply(&mut self, frame: StreamFrame) {
        assert!(self.end.is_none(), "a frame after the end: {frame:?}");
        match frame {
            StreamFrame::Blocks { from, blocks, open } => {
                let from = usize::try_from(from).unwrap();
                assert!(from <= self.blocks.len(), "a gap before block {from}");
                self.blocks.truncate(from);
                self.blocks.extend(blocks);
                self.open = open;
            }
            StreamFrame::Restart { .. } => *self = Self::default(),
            StreamFrame::GoesOn { .. } | StreamFrame::Title { .. } => {}
            StreamFrame::End { end, .. } => self.end = Some(end),
        }
    }

    /// Everything visible, as one text of HTML.
    pub(crate) fn html(&self) -> String {
        format!("{}{}", self.blocks.concat(), self.open)
    }

    /// Whether any text of the answer has been released.
    pub(crate) fn has_text(&self) -> bool {
        !self.html().is_empty()
    }
}
