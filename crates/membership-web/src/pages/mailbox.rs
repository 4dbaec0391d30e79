//! The development mailbox: the mail that would have been sent, shown while no mail server is configured.
//!
//! Whoever reads it can use every link in it. It is there only if the server says so, and every page of it says what it
//! is.

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use membership_core::port::KeptMail;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, html};
use crate::page::Page;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::web::Web;
use crate::words::{Words, machine_time};

#[derive(Template)]
#[template(path = "mailbox.html")]
struct MailboxPage {
    page: Page,
    mails: Vec<Line>,
    chosen: Option<Chosen>,
}

struct Line {
    href: String,
    to: String,
    subject: String,
    at: String,
    at_machine: String,
    current: bool,
}

struct Chosen {
    to: String,
    subject: String,
    at: String,
    text: Vec<Piece>,
    html_part: String,
}

/// A piece of a mail's text.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    is_link: bool,
}

/// A mail as programs read it.
#[derive(Serialize)]
struct Mail {
    id: String,
    to: String,
    subject: String,
    text: String,
    html: String,
    at: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    mail: Option<uuid::Uuid>,
}

/// Lists the mails, the newest first, and shows one.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let mails = kept(&visit.web).await?;
    let chosen = match asked.mail {
        Some(id) => Some(mails.iter().find(|mail| mail.id.0 == id).ok_or(Stop::NotFound)?),
        None => mails.first(),
    };
    let words = visit.words;
    let template = MailboxPage {
        page: visit.page(words.t("mailbox-title")),
        mails: mails.iter().map(|mail| line(words, mail, chosen)).collect(),
        chosen: chosen.map(|mail| Chosen {
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            at: words.moment(mail.at),
            text: pieces(&mail.text),
            html_part: format!("/dev/mailbox/{}.html", mail.id),
        }),
    };
    Ok(html(StatusCode::OK, &template))
}

/// The mails for programs, the newest first.
pub(crate) async fn json(State(web): State<Web>) -> Answer {
    let mails: Vec<_> = kept(&web).await?.into_iter().map(Mail::from).collect();
    Ok(Json(mails).into_response())
}

/// A mail's HTML part, shut off from everything: no script, no form, no request to anywhere, no cookie.
pub(crate) async fn html_part(State(web): State<Web>, Path(file): Path<String>) -> Answer {
    let id = file.strip_suffix(".html").ok_or(Stop::NotFound)?;
    let mails = kept(&web).await?;
    let mail = mails.into_iter().find(|mail| mail.id.to_string() == id).ok_or(Stop::NotFound)?;
    // Links of a framed mail open beside it, as in a mail program.
    let html = mail.html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    Ok(shut_off(html))
}

fn shut_off(html: String) -> Response {
    const POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                          style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
    let headers: [(HeaderName, HeaderValue); 2] = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    (headers, Html(html)).into_response()
}

async fn kept(web: &Web) -> Result<Vec<KeptMail>, Stop> {
    let mailbox = web.mailbox.as_ref().ok_or(Stop::NotFound)?;
    let kept = mailbox.kept().await.map_err(membership_core::service::Failure::from)?;
    Ok(kept)
}

fn line(words: Words, mail: &KeptMail, chosen: Option<&KeptMail>) -> Line {
    Line {
        href: format!("/dev/mailbox?mail={}", mail.id),
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        at: words.moment(mail.at),
        at_machine: machine_time(mail.at),
        current: chosen.is_some_and(|chosen| chosen.id == mail.id),
    }
}

impl From<KeptMail> for Mail {
    fn from(mail: KeptMail) -> Self {
        Self {
            id: mail.id.to_string(),
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            at: machine_time(mail.at),
        }
    }
}

/// Tells the addresses of sites in a text from the words around them.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let (bare, space) = word.split_at(word.trim_end().len());
        let link = bare.trim_end_matches(['.', ',', ')', '>', ';']);
        if link.starts_with("https://") || link.starts_with("http://") {
            let rest = bare.get(link.len()..).unwrap_or_default();
            pieces.push(Piece { text: link.to_owned(), is_link: true });
            pieces.push(Piece { text: format!("{rest}{space}"), is_link: false });
        } else if let Some(before) = pieces.last_mut().filter(|piece| !piece.is_link) {
            before.text.push_str(word);
        } else {
            pieces.push(Piece { text: word.to_owned(), is_link: false });
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_text_are_links() {
        let piece = |text: &str, is_link| Piece { text: text.to_owned(), is_link };
        let text = "Hello Ada,\n\nopen http://localhost:8080/i/mli_A-_9.\nBye";
        assert_eq!(
            pieces(text),
            [
                piece("Hello Ada,\n\nopen ", false),
                piece("http://localhost:8080/i/mli_A-_9", true),
                piece(".\nBye", false),
            ]
        );
        assert_eq!(pieces("javascript:alert(1)"), [piece("javascript:alert(1)", false)]);
        assert_eq!(pieces(""), []);
    }
}
