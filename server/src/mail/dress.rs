//! A letter in the workspace's dress: the same words as its plain twin, with name, mark and colours.
//!
//! Refuses scripts, forms and anything from another host than the workspace's own; styles stand in the
//! head, and what programs that drop them need, in plain attributes. Everything that came from people is
//! escaped.

use super::write_letter::Words;
use crate::brand::{Brand, Theme};
use std::fmt::Write as _;

/// Whose dress.
#[derive(Clone, Copy)]
pub(super) struct Dress<'a> {
    /// What the workspace wears.
    pub(super) brand: &'a Brand,
    /// What the client is called.
    pub(super) name: &'a str,
    /// Scheme and host of the workspace; `None`: it has none, and shows no picture.
    pub(super) origin: Option<&'a str>,
}

/// By which light a letter is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Light {
    /// The reader's.
    Readers,
    /// Always by day, or always by night: for the preview.
    Fixed {
        /// By night.
        dark: bool,
    },
}

/// The whole document. `nonce`: what styles carry where a page's policy asks for it; empty: nothing.
pub(super) fn html(words: &Words<'_>, dress: Dress<'_>, light: Light, nonce: &str) -> String {
    let palette = dress.brand.palette();
    let css = match light {
        Light::Fixed { dark: true } => rules(palette.dark(), true),
        Light::Fixed { dark: false } => rules(palette.light(), false),
        Light::Readers => format!(
            "{}@media (prefers-color-scheme:dark){{{}}}",
            rules(palette.light(), false),
            rules(palette.dark(), true)
        ),
    };
    let nonce = if nonce.is_empty() {
        String::new()
    } else {
        format!(" nonce=\"{}\"", escaped(nonce))
    };
    let ground = palette.light();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{subject}</title>\
         <style{nonce}>{css}</style></head>\
         <body class=\"page\" bgcolor=\"{page}\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\
         <tr><td align=\"center\" class=\"around\">\
         <table role=\"presentation\" class=\"card\" width=\"560\" cellpadding=\"0\" cellspacing=\"0\" \
         border=\"0\" bgcolor=\"{card}\">\
         <tr><td class=\"bar\" height=\"6\" bgcolor=\"{stage}\"></td></tr>\
         <tr><td class=\"head\">{face}</td></tr><tr><td class=\"body\">{body}</td></tr>\
         <tr><td class=\"foot\">{foot}</td></tr></table></td></tr></table></body></html>",
        subject = escaped(&words.subject),
        page = ground.page,
        card = ground.card,
        stage = ground.stage,
        face = face(dress),
        body = body(words),
        foot = foot(words, dress),
    )
}

fn rules(theme: &Theme, dark: bool) -> String {
    let (shown, hidden) = if dark {
        ("for-dark", "for-light")
    } else {
        ("for-light", "for-dark")
    };
    format!(
        "body.page{{margin:0;background:{page};color:{text};\
         font:16px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}}\
         td.around{{padding:28px 12px}}\
         table.card{{width:560px;max-width:100%;background:{card};border:1px solid {line};\
         border-radius:12px;border-collapse:separate;overflow:hidden}}\
         td.bar{{height:6px;background:{stage};line-height:0;font-size:0}}\
         td.head{{padding:24px 32px 0;font-weight:600;font-size:17px}}\
         td.head img{{height:32px;width:auto;max-width:220px;vertical-align:middle}}\
         img.{shown}{{display:inline}}img.{hidden}{{display:none}}\
         span.mark{{display:inline-block;min-width:30px;margin-right:10px;padding:3px 0;\
         border-radius:8px;background:{brand};color:{on_brand};text-align:center}}\
         td.body{{padding:14px 32px 8px}}td.body p{{margin:12px 0}}\
         td.body dt{{margin-top:10px;color:{muted};font-size:14px}}td.body dd{{margin:0}}\
         a{{color:{brand}}}\
         a.button{{display:inline-block;margin:8px 0;padding:11px 20px;border-radius:10px;\
         background:{brand};color:{on_brand};font-weight:600;text-decoration:none}}\
         p.address{{color:{muted};font-size:13px;word-break:break-all}}\
         td.foot{{padding:12px 32px 26px;color:{muted};font-size:13px}}td.foot a{{color:{muted}}}",
        page = theme.page,
        text = theme.text,
        card = theme.card,
        line = theme.line,
        stage = theme.stage,
        brand = theme.brand,
        on_brand = theme.on_brand,
        muted = theme.muted,
    )
}

/// Logo, or letters and name.
fn face(dress: Dress<'_>) -> String {
    let name = escaped(dress.name);
    let picture = |sha: &Option<String>| {
        let (sha, origin) = (sha.as_deref()?, dress.origin?);
        crate::brand::sha256_of(sha)?;
        Some(format!("{}/brand/{sha}.png", escaped(origin)))
    };
    let Some(light) = picture(&dress.brand.logo_light) else {
        let mark = escaped(&dress.brand.mark_or_initial(dress.name));
        return format!("<span class=\"mark\">{mark}</span>{name}");
    };
    let dark = picture(&dress.brand.logo_dark).unwrap_or_else(|| light.clone());
    format!(
        "<img class=\"for-light\" src=\"{light}\" alt=\"{name}\" height=\"32\">\
         <img class=\"for-dark\" src=\"{dark}\" alt=\"\" height=\"32\">"
    )
}

fn body(words: &Words<'_>) -> String {
    let mut html = format!(
        "<p>{}</p><p>{}</p>",
        escaped(&words.greeting),
        escaped(&words.first)
    );
    if !words.facts.is_empty() {
        html.push_str("<dl>");
        for (what, said) in &words.facts {
            // Writing to a String cannot fail.
            let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", escaped(what), escaped(said));
        }
        html.push_str("</dl>");
    }
    if let Some((label, address)) = &words.link {
        let (label, address) = (escaped(label), escaped(address));
        let _ = write!(
            html,
            "<p><a class=\"button\" href=\"{address}\">{label}</a></p>\
             <p class=\"address\">{address}</p>"
        );
    }
    let _ = write!(html, "<p>{}</p>", escaped(&words.last));
    html
}

fn foot(words: &Words<'_>, dress: Dress<'_>) -> String {
    let mut html = format!("<p>{}</p>", escaped(&words.because));
    let mut links = Vec::new();
    for (label, address) in [
        ("Privacy", &dress.brand.privacy_url),
        ("Terms", &dress.brand.terms_url),
    ] {
        if let Some(address) = address {
            links.push(format!("<a href=\"{}\">{label}</a>", escaped(address)));
        }
    }
    if let Some(email) = &dress.brand.support_email {
        let email = escaped(email);
        links.push(format!("Help: <a href=\"mailto:{email}\">{email}</a>"));
    }
    if !links.is_empty() {
        let _ = write!(html, "<p>{}</p>", links.join(" · "));
    }
    html
}

fn escaped(text: &str) -> String {
    let letters = text.chars().filter(|it| !it.is_control());
    letters.fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}
