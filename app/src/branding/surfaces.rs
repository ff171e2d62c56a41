//! What the preview shows: the sign-in page itself, and the chat and its phone form as drawings made of
//! the chat's own pieces. Nothing of any conversation is in them.

use crate::brand::{BrandName, LegalLinks, Mark};
use crate::request::Theme;
use crate::sign_in::SplitPage;
use crate::ui::{Icon, Shape};
use contract::BrandView;
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::HashedStylesheet;
use std::sync::Arc;

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The sign-in page.
    SignIn,
    /// A chat with an answer.
    Chat,
    /// An invitation by mail.
    Mail,
    /// An empty chat on a phone.
    Phone,
}

impl Surface {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::SignIn, Self::Chat, Self::Mail, Self::Phone];

    /// The name in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Chat => "chat",
            Self::Mail => "mail",
            Self::Phone => "phone",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignIn => "Sign-in",
            Self::Chat => "Chat",
            Self::Mail => "Mail",
            Self::Phone => "Phone",
        }
    }

    /// Reads a form's name; anything else is the sign-in page.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|surface| surface.as_str() == name)
            .unwrap_or(Self::SignIn)
    }
}

/// A document that shows `surface` in `brand` and `theme`; its style text carries `nonce`.
#[must_use]
pub fn surface_document(
    options: &LeptosOptions,
    surface: Surface,
    brand: &BrandView,
    theme: Theme,
    nonce: &str,
) -> String {
    let options = options.clone();
    let (css, nonce, brand) = (brand.css.clone(), nonce.to_owned(), brand.clone());
    let owner = Owner::new();
    let html = owner.with(|| {
        let face = match surface {
            Surface::SignIn | Surface::Mail => view! { <SignIn brand/> }.into_any(),
            Surface::Chat => view! { <Chat brand/> }.into_any(),
            Surface::Phone => view! { <Phone brand/> }.into_any(),
        };
        view! {
            <html lang="en" data-theme=theme.as_str()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width"/>
                    <title>"Preview"</title>
                    <style nonce=nonce inner_html=css></style>
                    <HashedStylesheet options/>
                </head>
                <body inert>{face}</body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{html}")
}

#[component]
fn SignIn(brand: BrandView) -> impl IntoView {
    let (title, text) = (brand.sign_in_title.clone(), brand.sign_in_text.clone());
    view! {
        <SplitPage brand=Arc::new(brand)>
            <h1>{title}</h1>
            <p class="lead">{text}</p>
            <div class="form">
                <div class="field"><label>"Email"</label><input class="input" value="anna@example.com"/></div>
                <div class="field"><label>"Password"</label><input class="input" type="password" value="example"/></div>
                <button type="button" class="button primary tall">"Sign in"</button>
            </div>
        </SplitPage>
    }
}

#[component]
fn Chat(brand: BrandView) -> impl IntoView {
    let mark = brand.mark.clone();
    let paid = format!("Answered on {}’s own key", brand.payer);
    let places = [
        "Notice periods",
        "Letter to the council",
        "Minutes of Tuesday",
    ]
    .into_iter()
    .enumerate()
    .map(|(place, title)| {
        let here = (place == 0).then_some("page");
        view! { <li class="place"><span class="place-link" aria-current=here>{title}</span></li> }
    })
    .collect_view();
    view! {
        <div class="space">
            <aside class="side">
                <div class="side-head"><BrandName brand/></div>
                <div class="side-nav">
                    <span class="new-chat"><Icon shape=Shape::Plus/><span>"New chat"</span></span>
                    <span class="side-link"><Icon shape=Shape::Search/><span>"Search"</span></span>
                    <ul class="list">{places}</ul>
                </div>
            </aside>
            <main class="pane">
                <div class="pane-inner preview-talk">
                    <article class="message question"><p class="question-text">"Which notice period holds?"</p></article>
                    <article class="message answer">
                        <div class="answer-head"><Mark letters=mark small=true/><span class="answer-label">"Careful"</span></div>
                        <div class="prose">
                            <p>"Three months to the end of a quarter, by clause 4. A link looks like "<a>"this"</a>"."</p>
                            <ul><li>"Clause 4 names the period."</li><li>"Clause 9 names the form."</li></ul>
                        </div>
                        <p class="hint">{paid}</p>
                    </article>
                    <Composer/>
                </div>
            </main>
        </div>
    }
}

#[component]
fn Phone(brand: BrandView) -> impl IntoView {
    let greeting = brand.greeting.clone();
    let starters = brand.starters.clone().into_iter();
    let starters = starters
        .map(|text| view! { <li><button type="button" class="starter">{text}</button></li> })
        .collect_view();
    view! {
        <main class="preview-phone">
            <header class="pane-head"><BrandName brand=brand.clone()/></header>
            <div class="greeting">
                <p class="greeting-line">{greeting}</p>
                <ul class="starters">{starters}</ul>
            </div>
            <div class="preview-dock"><Composer/> <LegalLinks brand/></div>
        </main>
    }
}

#[component]
fn Composer() -> impl IntoView {
    view! {
        <div class="composer">
            <textarea class="composer-field" rows="1" placeholder="Ask a question…"></textarea>
            <div class="composer-foot">
                <span class="chip">"Careful"</span>
                <span class="grow"></span>
                <button type="button" class="send-button"><Icon shape=Shape::ArrowUp/></button>
            </div>
        </div>
    }
}
