//! The settings of identity providers and trusted issuers: tables of the file, or lists in the environment.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use membership_core::identity::SecondFactorTrust;
use membership_core::port::Provider;
use membership_oidc::{EmailTrust, IssuerOptions, KeySource, ProviderOptions, check_address};
use secrecy::SecretString;
use serde::Deserialize;

use super::ConfigError;

/// A provider that people can sign in with: a table `[[identity_providers]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderTable {
    /// Names it in addresses: lower-case letters, digits and hyphens.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Its issuer, exactly as it writes it.
    pub issuer: String,
    /// How it knows us.
    pub client_id: String,
    /// The secret by which it knows us.
    #[serde(default)]
    pub client_secret: Option<SecretString>,
    /// A file with that secret.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for besides `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// Whether somebody without an account gets one by signing in.
    #[serde(default = "yes")]
    pub sign_up: bool,
    /// The values of `acr` that mean a second factor.
    #[serde(default)]
    pub second_factor_acr: Vec<String>,
    /// The values of `amr` that mean a second factor, such as `mfa`.
    #[serde(default)]
    pub second_factor_amr: Vec<String>,
}

/// An issuer whose tokens are accepted instead of ours: a table `[[trusted_issuers]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerTable {
    /// The claim `iss`, exactly.
    pub issuer: String,
    /// What `aud` must contain, exactly.
    pub audience: String,
    /// Where its keys are published.
    #[serde(default)]
    pub jwks_url: Option<String>,
    /// A file with its keys.
    #[serde(default)]
    pub jwks_file: Option<PathBuf>,
    /// The claim that names the person for ever.
    #[serde(default = "sub")]
    pub subject_claim: String,
    /// The claim with the address.
    #[serde(default = "email")]
    pub email_claim: String,
    /// The claim with the name.
    #[serde(default = "name")]
    pub name_claim: String,
    /// When the address counts as verified: `claim`, `always` or `never`.
    #[serde(default)]
    pub email_verified: Verified,
    /// The values of `acr` that mean a second factor.
    #[serde(default)]
    pub second_factor_acr: Vec<String>,
    /// The values of `amr` that mean a second factor, such as `mfa`.
    #[serde(default)]
    pub second_factor_amr: Vec<String>,
    /// What of the account follows the token: `name`, `email`.
    #[serde(default)]
    pub follow: Vec<Followed>,
}

/// When an address in a token counts as verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verified {
    /// If `email_verified` is true.
    #[default]
    Claim,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What of an account follows the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Followed {
    /// The name.
    Name,
    /// The address.
    Email,
}

fn yes() -> bool {
    true
}

fn scopes() -> Vec<String> {
    ["email", "profile"].map(str::to_owned).to_vec()
}

fn sub() -> String {
    "sub".to_owned()
}

fn email() -> String {
    "email".to_owned()
}

fn name() -> String {
    "name".to_owned()
}

/// The providers, checked.
pub(super) fn providers(tables: &[ProviderTable]) -> Result<Vec<ProviderOptions>, ConfigError> {
    let mut keys = BTreeSet::new();
    tables.iter().map(|table| table.options(&mut keys)).collect()
}

impl ProviderTable {
    fn options(&self, keys: &mut BTreeSet<String>) -> Result<ProviderOptions, ConfigError> {
        let wrong = |field: &str, rule: &str| {
            Err(ConfigError::new(format!("`identity_providers.{field}` of `{}` {rule}", self.key)))
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.key.is_empty() || 40 < self.key.len() || !self.key.chars().all(plain) {
            return wrong("key", "must have 1 to 40 lower-case letters, digits and hyphens");
        }
        if !keys.insert(self.key.clone()) {
            return wrong("key", "is there twice; every provider has a key of its own");
        }
        if self.name.trim().is_empty() || self.client_id.is_empty() {
            return wrong("name", "and `client_id` must not be empty");
        }
        if let Err(error) = check_address(&self.issuer) {
            return wrong("issuer", &format!("cannot be asked: {error}"));
        }
        if self.client_secret.is_some() && self.client_secret_file.is_some() {
            return wrong("client_secret", "and `client_secret_file` exclude each other");
        }
        let second_factor = match second_factor(&self.second_factor_acr, &self.second_factor_amr) {
            Ok(trust) => trust,
            Err(rule) => return wrong("second_factor_acr` and `second_factor_amr", rule),
        };
        let client_secret = match &self.client_secret_file {
            Some(path) => Some(secret(path, &self.key)?),
            None => self.client_secret.clone(),
        };
        Ok(ProviderOptions {
            shown: Provider {
                key: self.key.clone(),
                name: self.name.trim().to_owned(),
                issuer: self.issuer.clone(),
                second_factor: second_factor.is_any(),
                sign_up: self.sign_up,
            },
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            scopes: self.scopes.clone(),
            second_factor,
        })
    }
}

/// What counts as a second factor. The password is the first one, wherever it was typed.
fn second_factor(acr: &[String], amr: &[String]) -> Result<SecondFactorTrust, &'static str> {
    let is_word = |it: &String| !it.is_empty() && !it.contains(char::is_whitespace);
    if !acr.iter().chain(amr).all(is_word) {
        return Err("must be values without spaces");
    }
    if amr.iter().any(|it| it == "pwd") {
        return Err("must not name `pwd`: a password is the first factor");
    }
    Ok(SecondFactorTrust { acr: acr.to_vec(), amr: amr.to_vec() })
}

fn secret(path: &Path, key: &str) -> Result<SecretString, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        ConfigError::new(format!("`identity_providers.client_secret_file` of `{key}` names `{path}`: {error}"))
    })?;
    Ok(SecretString::from(text.trim()))
}

/// The issuers, checked.
pub(super) fn issuers(tables: &[IssuerTable]) -> Result<Vec<IssuerOptions>, ConfigError> {
    let mut seen = BTreeSet::new();
    for table in tables {
        if !seen.insert(&table.issuer) {
            return Err(ConfigError::new(format!("`trusted_issuers.issuer`: `{}` is there twice", table.issuer)));
        }
    }
    tables.iter().map(IssuerTable::options).collect()
}

impl IssuerTable {
    fn options(&self) -> Result<IssuerOptions, ConfigError> {
        let wrong = |text: String| ConfigError::new(format!("`trusted_issuers` of `{}`: {text}", self.issuer));
        if self.issuer.is_empty() || self.audience.is_empty() {
            return Err(wrong("`issuer` and `audience` must not be empty".to_owned()));
        }
        let keys = match (&self.jwks_url, &self.jwks_file) {
            (Some(url), None) => {
                check_address(url).map_err(|error| wrong(format!("`jwks_url`: {error}")))?;
                KeySource::Url(url.clone())
            }
            (None, Some(path)) => KeySource::File(path.clone()),
            _ => return Err(wrong("name its keys by either `jwks_url` or `jwks_file`".to_owned())),
        };
        Ok(IssuerOptions {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys,
            subject_claim: self.subject_claim.clone(),
            email_claim: self.email_claim.clone(),
            name_claim: self.name_claim.clone(),
            email_trust: match self.email_verified {
                Verified::Claim => EmailTrust::Claim,
                Verified::Always => EmailTrust::Always,
                Verified::Never => EmailTrust::Never,
            },
            second_factor: second_factor(&self.second_factor_acr, &self.second_factor_amr)
                .map_err(|rule| wrong(format!("`second_factor_acr` and `second_factor_amr` {rule}")))?,
            follows_name: self.follow.contains(&Followed::Name),
            follows_email: self.follow.contains(&Followed::Email),
        })
    }
}
