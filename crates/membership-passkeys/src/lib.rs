//! Passkeys (WebAuthn Level 3): challenges for browsers, and whether their answers hold.
//!
//! Nothing is kept here. What an answer is checked against goes back to the core, which seals it, binds it to a person
//! and sees to it that each challenge is answered once.

use data_encoding::BASE64URL_NOPAD;
use membership_core::id::UserId;
use membership_core::port::{AnsweredPasskey, Ceremony, Passkeys};
use membership_core::second_factor::Passkey;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

/// Why there can be no passkeys under an address.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// It is no address.
    #[error("`{0}` is no address")]
    NoAddress(String),
    /// Browsers offer passkeys to sites with a name only, and only where nobody can listen.
    #[error("`{0}` has no host name, or is neither https nor localhost, so that browsers offer no passkeys there")]
    NoName(String),
}

/// Passkeys of one deployment, bound to the host of its public address.
pub struct WebauthnPasskeys(Webauthn);

/// What an answer is checked against. Each kind of challenge is answered as that kind only.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Made(PasskeyRegistration),
    OneOf(PasskeyAuthentication),
    Any(DiscoverableAuthentication),
}

impl WebauthnPasskeys {
    /// Passkeys for the site at an origin, such as `https://members.example.org`. Its host is what they are bound to for
    /// good: passkeys do not follow a deployment to another host.
    ///
    /// # Errors
    /// [`OriginError`] where browsers offer no passkeys: at a bare IP address, and over plain HTTP except on `localhost`.
    pub fn new(public_url: &str) -> Result<Self, OriginError> {
        let origin = Url::parse(public_url).map_err(|_| OriginError::NoAddress(public_url.to_owned()))?;
        let no_name = || OriginError::NoName(public_url.to_owned());
        let host = origin.domain().ok_or_else(no_name)?;
        let is_local = host == "localhost" || host.ends_with(".localhost");
        if origin.scheme() != "https" && !is_local {
            return Err(no_name());
        }
        let webauthn = WebauthnBuilder::new(host, &origin).and_then(WebauthnBuilder::build);
        Ok(Self(webauthn.map_err(|_| no_name())?))
    }
}

impl Passkeys for WebauthnPasskeys {
    fn offer(&self, user: UserId, login: &str, name: &str, held: &[Passkey]) -> Option<Ceremony> {
        let known = credentials(held).iter().map(|it| it.cred_id().clone()).collect();
        let begun = self.0.start_passkey_registration(user.0, login, name, Some(known));
        let (options, state) = begun.inspect_err(told).ok()?;
        let mut options = serde_json::to_value(options.public_key).ok()?;
        // Kept by the authenticator where it can, so that it also signs in whoever has typed no name.
        let selection = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut)?;
        selection.insert("residentKey".to_owned(), json!("preferred"));
        ceremony(&options, &State::Made(state))
    }

    fn made(&self, state: &str, answer: &str) -> Option<AnsweredPasskey> {
        let State::Made(state) = read(state)? else { return None };
        let answer: RegisterPublicKeyCredential = read(answer)?;
        answered(&self.0.finish_passkey_registration(&answer, &state).inspect_err(told).ok()?)
    }

    fn ask(&self, held: &[Passkey]) -> Option<Ceremony> {
        if held.is_empty() {
            let (options, state) = self.0.start_discoverable_authentication().inspect_err(told).ok()?;
            return ceremony(&serde_json::to_value(options.public_key).ok()?, &State::Any(state));
        }
        let begun = self.0.start_passkey_authentication(&credentials(held));
        let (options, state) = begun.inspect_err(told).ok()?;
        ceremony(&serde_json::to_value(options.public_key).ok()?, &State::OneOf(state))
    }

    fn claimed(&self, answer: &str) -> Option<UserId> {
        let answer: PublicKeyCredential = read(answer)?;
        let (user, _) = self.0.identify_discoverable_authentication(&answer).ok()?;
        Some(UserId(user))
    }

    fn shown(&self, state: &str, answer: &str, held: &[Passkey]) -> Option<AnsweredPasskey> {
        let answer: PublicKeyCredential = read(answer)?;
        let shown = BASE64URL_NOPAD.encode(answer.get_credential_id());
        let held = held.iter().find(|it| it.credential_id == shown)?;
        let mut credential: webauthn_rs::prelude::Passkey = read(&held.credential)?;
        let result = match read(state)? {
            State::OneOf(state) => self.0.finish_passkey_authentication(&answer, &state),
            State::Any(state) => self.0.finish_discoverable_authentication_v2(&answer, state, &credential),
            State::Made(_) => return None,
        };
        let result = result.inspect_err(told).ok().filter(|it| it.user_verified())?;
        // The library compares with the counter as it was when the challenge was made; another challenge may have been
        // answered since. An authenticator that counts must have counted on, or there are two of it.
        let counted_on = credential.update_credential(&result)?;
        if result.counter() > 0 && !counted_on {
            told(&WebauthnError::CredentialPossibleCompromise);
            return None;
        }
        answered(&credential)
    }
}

fn credentials(held: &[Passkey]) -> Vec<webauthn_rs::prelude::Passkey> {
    held.iter().filter_map(|it| read(&it.credential)).collect()
}

fn answered(credential: &webauthn_rs::prelude::Passkey) -> Option<AnsweredPasskey> {
    let credential_id = BASE64URL_NOPAD.encode(credential.cred_id().as_ref());
    Some(AnsweredPasskey { credential_id, credential: serde_json::to_string(credential).ok()? })
}

fn ceremony(options: &Value, state: &State) -> Option<Ceremony> {
    Some(Ceremony { options: options.to_string(), state: serde_json::to_string(state).ok()? })
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).inspect_err(|error| tracing::debug!(%error, "what a browser sent cannot be read")).ok()
}

fn told(error: &WebauthnError) {
    tracing::info!(%error, "a passkey's answer does not hold");
}

#[cfg(test)]
mod tests;
