//! A form as it was sent. Passwords are taken out of it at once and are never shown again.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::form::kept::Kept;
use crate::form::once::Once;
use crate::form::token::FIELD;
use crate::stop::Stop;
use crate::visit::Visit;

/// The form fields whose contents are secrets.
const PASSWORD: &str = "password";
const PRESENT_PASSWORD: &str = crate::pages::account::password::PRESENT;

/// The hidden field with the version of what a form overwrites.
pub(crate) const VERSION: &str = "version";

/// A form that was sent by a visitor and is theirs to send.
pub(crate) struct Posted {
    pub visit: Visit,
    fields: Vec<(String, String)>,
    password: Option<SecretString>,
    present_password: Option<SecretString>,
}

impl Posted {
    /// What was typed into a field; nothing if the form has no such field.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.typed(name).unwrap_or_default()
    }

    /// What was typed into a field, unless the form has no such field.
    pub(crate) fn typed(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The version that the form was made of, if it overwrites what others may change, too.
    pub(crate) fn version(&self) -> Option<u64> {
        self.text(VERSION).parse().ok()
    }

    /// Everything that was sent under a name, such as the boxes that were ticked.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// What was typed into a field that may be left empty.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }

    /// The password, if one was typed.
    pub(crate) fn password(&self) -> Option<SecretString> {
        self.password.clone()
    }

    /// The password that holds until now, if one was typed.
    pub(crate) fn present_password(&self) -> Option<SecretString> {
        self.present_password.clone()
    }

    /// The password; an empty one if none was typed, which no account has.
    pub(crate) fn some_password(&self) -> SecretString {
        self.password().unwrap_or_else(|| SecretString::from(""))
    }

    /// What makes this form one request, however often it is sent: who sends it, from which showing of which page, and
    /// all that was typed but passwords. What was shown again or edited is another request.
    pub(crate) fn once(&self) -> Once {
        let user = self.visit.caller.as_ref().map(|caller| caller.user.id.to_string()).unwrap_or_default();
        let mut digest = Sha256::new();
        let fields = self.fields.iter().filter(|(name, _)| name != FIELD);
        let told = fields.flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        for part in [user.as_str(), self.visit.back.as_str()].into_iter().chain(told) {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Once(digest.finalize().into())
    }

    pub(super) fn of(visit: Visit, sent: Vec<(String, String)>) -> Result<Self, Stop> {
        let mut posted = Self { visit, fields: Vec::new(), password: None, present_password: None };
        for (name, value) in sent {
            // The decoder puts this character where the bytes are no text, which nobody types.
            if value.contains('\u{FFFD}') {
                return Err(Stop::Unreadable);
            }
            if name == PASSWORD {
                posted.password = Some(SecretString::from(value)).filter(|it| !is_empty(it));
            } else if name == PRESENT_PASSWORD {
                posted.present_password = Some(SecretString::from(value)).filter(|it| !is_empty(it));
            } else {
                posted.fields.push((name, value));
            }
        }
        match &posted.visit.form_token {
            Some(expected) if !expected.fits(posted.text(FIELD)) => Err(Stop::FormExpired),
            // The form was made for a sign-in that has ended since: what was typed must not be lost.
            None if !posted.text(FIELD).is_empty() && !ENDS_WITH_SIGN_IN.contains(&posted.visit.back.as_str()) => {
                let kept = posted.kept();
                Err(if kept.fits() { Stop::SignInAgain(kept) } else { Stop::NotKept(kept) })
            }
            _ => Ok(posted),
        }
    }

    /// What was typed, to be sent again after signing in.
    fn kept(&self) -> Kept {
        let fields = self.fields.iter().filter(|(name, _)| name != FIELD).cloned();
        Kept { action: self.visit.back.clone(), fields: fields.collect() }
    }
}

/// The forms that mean nothing after a sign-in has ended, or that mean the same.
const ENDS_WITH_SIGN_IN: [&str; 4] = ["/sign-in", "/sign-out", "/theme", "/language"];

fn is_empty(secret: &SecretString) -> bool {
    use secrecy::ExposeSecret;
    secret.expose_secret().is_empty()
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &S) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let request = Request::from_parts(parts, body);
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(sent)) => Self::of(visit, sent),
            Err(rejection) if too_long(&rejection) => Err(Stop::TooLong),
            Err(_) => Err(Stop::Unreadable),
        }
    }
}

fn too_long(rejection: &axum::extract::rejection::FormRejection) -> bool {
    rejection.status() == StatusCode::PAYLOAD_TOO_LARGE
}
