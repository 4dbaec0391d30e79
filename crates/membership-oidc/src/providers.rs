//! Sign-in through OpenID Connect providers: authorization code flow with PKCE (OpenID Connect Core, section 3.1; RFC 7636).

use std::sync::Arc;

use async_trait::async_trait;
use membership_core::email::EmailAddress;
use membership_core::identity::{Assertion, SecondFactorTrust, Subject};
use membership_core::language::Language;
use membership_core::name::PersonName;
use membership_core::port::{Arrival, Clock, Departure, IdentityProviders, Pending, Provider, ProviderError};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndUserName, IssuerUrl, LanguageTag, LocalizedClaim, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, SubjectIdentifier,
    TokenResponse, UserInfoError,
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use crate::fetch::{Fetch, FetchError};

/// How long what a provider publishes is good without looking again.
const GOOD_FOR: Duration = Duration::hours(1);

/// How long to wait before looking for a key again that was not there.
const PAUSE: Duration = Duration::seconds(30);

/// How old a statement may be, and how far ahead of our clock.
const FRESH_FOR: Duration = Duration::minutes(10);

/// What the operator says of a provider.
#[derive(Debug, Clone)]
pub struct ProviderOptions {
    /// How its button and its addresses look.
    pub shown: Provider,
    /// What the claim `iss` must be, exactly; its discovery document is below it.
    pub issuer: String,
    /// How the provider knows us.
    pub client_id: String,
    /// The secret by which it knows us; none for a public client.
    pub client_secret: Option<SecretString>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// What it must say for a second factor to count.
    pub second_factor: SecondFactorTrust,
}

/// The providers of a deployment.
pub struct OidcProviders {
    shown: Vec<Provider>,
    all: Vec<Known>,
    fetch: Fetch,
    clock: Arc<dyn Clock>,
    public_url: String,
}

struct Known {
    options: ProviderOptions,
    published: Mutex<Option<Published>>,
}

#[derive(Clone)]
struct Published {
    metadata: CoreProviderMetadata,
    fetched_at: OffsetDateTime,
}

impl OidcProviders {
    /// Providers whose people come back to `{public_url}/sign-in/back/{key}`. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`FetchError`] if there can be no HTTP client.
    pub fn new(all: Vec<ProviderOptions>, public_url: &str, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        Ok(Self {
            shown: all.iter().map(|it| it.shown.clone()).collect(),
            all: all.into_iter().map(|options| Known { options, published: Mutex::default() }).collect(),
            fetch: Fetch::new()?,
            clock,
            public_url: public_url.to_owned(),
        })
    }

    fn known(&self, key: &str) -> Result<&Known, ProviderError> {
        self.all.iter().find(|it| it.options.shown.key == key).ok_or(ProviderError::Unknown)
    }

    /// What the provider publishes: from memory, unless it is older than that.
    async fn published(&self, known: &Known, older: Duration) -> Result<CoreProviderMetadata, ProviderError> {
        let now = self.clock.now();
        let mut kept = known.published.lock().await;
        if let Some(fresh) = kept.as_ref().filter(|it| now < it.fetched_at.saturating_add(older)) {
            return Ok(fresh.metadata.clone());
        }
        match self.discover(&known.options.issuer).await {
            Ok(metadata) => {
                *kept = Some(Published { metadata: metadata.clone(), fetched_at: now });
                Ok(metadata)
            }
            Err(error) => kept.as_ref().map(|it| it.metadata.clone()).ok_or(error),
        }
    }

    async fn discover(&self, issuer: &str) -> Result<CoreProviderMetadata, ProviderError> {
        let unreachable = |error: String| ProviderError::Unreachable(error);
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| unreachable(error.to_string()))?;
        let client = client_of(&self.fetch);
        CoreProviderMetadata::discover_async(issuer, &client).await.map_err(|error| unreachable(worded(&error)))
    }

    async fn redeem(
        &self,
        known: &Known,
        metadata: CoreProviderMetadata,
        (code, pending): (&SecretString, &Pending),
    ) -> Result<openidconnect::core::CoreTokenResponse, ProviderError> {
        let client = client(&known.options, metadata).set_redirect_uri(self.back(&known.options)?);
        let request = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .map_err(|error| ProviderError::Unreachable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.expose_secret().to_owned()));
        let http = client_of(&self.fetch);
        request.request_async(&http).await.map_err(|error| match error {
            // A code that was used before, or is not this browser's.
            RequestTokenError::ServerResponse(said) => ProviderError::Disbelieved(said.to_string()),
            // A statement whose claims are not what claims of that name are.
            RequestTokenError::Parse(error, _) => ProviderError::Disbelieved(worded(&error)),
            other => ProviderError::Unreachable(worded(&other)),
        })
    }

    fn back(&self, options: &ProviderOptions) -> Result<RedirectUrl, ProviderError> {
        let address = format!("{}/sign-in/back/{}", self.public_url, options.shown.key);
        RedirectUrl::new(address).map_err(|error| ProviderError::Unreachable(error.to_string()))
    }

    /// Checks a statement: signature, issuer, audience, nonce and times.
    fn believed(
        &self,
        options: &ProviderOptions,
        metadata: CoreProviderMetadata,
        said: &openidconnect::core::CoreTokenResponse,
        pending: &Pending,
    ) -> Result<Assertion, ClaimsVerificationError> {
        let missing = || ClaimsVerificationError::Other("there is no ID token".to_owned());
        let token = said.id_token().ok_or_else(missing)?;
        let client = client(options, metadata);
        let now = self.clock.now().unix_timestamp();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                CoreJwsSigningAlgorithm::EdDsa,
            ])
            .set_issue_time_verifier_fn(move |issued_at| {
                let age = now.saturating_sub(issued_at.timestamp());
                let fresh = age.unsigned_abs() <= FRESH_FOR.whole_seconds().unsigned_abs();
                if fresh { Ok(()) } else { Err("it was not issued just now".to_owned()) }
            });
        let nonce = Nonce::new(pending.nonce.expose_secret().to_owned());
        said_of(options, token.claims(&verifier, &nonce)?)
    }
}

impl OidcProviders {
    /// The same assertion with what the provider tells only when asked: where there is an access token, a statement need
    /// not have the claims of a scope (OpenID Connect Core, sections 5.3 and 5.4).
    async fn completed(
        &self,
        known: &Known,
        assertion: Assertion,
        said: &openidconnect::core::CoreTokenResponse,
    ) -> Result<Assertion, ProviderError> {
        let metadata = self.published(known, GOOD_FOR).await?;
        if metadata.userinfo_endpoint().is_none() {
            return Ok(assertion);
        }
        // Whoever else is told of there is not believed.
        let subject = SubjectIdentifier::new(assertion.subject.subject().to_owned());
        let client = client(&known.options, metadata);
        let request = client
            .user_info(said.access_token().clone(), Some(subject))
            .map_err(|error| ProviderError::Unreachable(error.to_string()))?;
        let http = client_of(&self.fetch);
        let told: CoreUserInfoClaims = request.request_async(&http).await.map_err(|error| match error {
            UserInfoError::ClaimsVerification(error) => ProviderError::Disbelieved(worded(&error)),
            other => ProviderError::Unreachable(worded(&other)),
        })?;
        Ok(Assertion {
            email: told.email().and_then(|it| EmailAddress::parse(it.as_str()).ok()),
            email_verified: told.email_verified() == Some(true),
            name: assertion.name.or_else(|| named(told.name())),
            language: assertion.language.or_else(|| spoken(told.locale())),
            ..assertion
        })
    }
}

#[async_trait]
impl IdentityProviders for OidcProviders {
    fn all(&self) -> &[Provider] {
        &self.shown
    }

    async fn depart(&self, key: &str, second_factor: bool) -> Result<Departure, ProviderError> {
        let known = self.known(key)?;
        let metadata = self.published(known, GOOD_FOR).await?;
        let client = client(&known.options, metadata).set_redirect_uri(self.back(&known.options)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in &known.options.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        // In the order of preference (OpenID Connect Core, section 3.1.2.1).
        for class in known.options.second_factor.acr.iter().filter(|_| second_factor) {
            request = request.add_auth_context_value(AuthenticationContextClass::new(class.clone()));
        }
        let (address, state, nonce) = request.url();
        let pending = Pending {
            state: state.secret().as_str().into(),
            nonce: nonce.secret().as_str().into(),
            verifier: verifier.secret().as_str().into(),
        };
        Ok(Departure { address: address.to_string(), pending })
    }

    async fn arrive(&self, key: &str, pending: &Pending, arrival: &Arrival) -> Result<Assertion, ProviderError> {
        let known = self.known(key)?;
        let state = arrival.state.as_deref().unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(pending.state.expose_secret().as_bytes())) {
            return Err(ProviderError::Astray);
        }
        // Whoever mixes providers up sends one's code to the other (RFC 9207).
        if arrival.issuer.as_ref().is_some_and(|issuer| *issuer != known.options.issuer) {
            return Err(ProviderError::Disbelieved("another provider sent it".to_owned()));
        }
        if let Some(error) = &arrival.error {
            return Err(ProviderError::Denied(error.chars().filter(|c| !c.is_control()).take(100).collect()));
        }
        let code = arrival.code.as_ref().ok_or(ProviderError::Astray)?;
        let metadata = self.published(known, GOOD_FOR).await?;
        let said = self.redeem(known, metadata.clone(), (code, pending)).await?;
        let believed = match self.believed(&known.options, metadata, &said, pending) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let metadata = self.published(known, PAUSE).await?;
                self.believed(&known.options, metadata, &said, pending)
            }
            first => first,
        };
        let assertion = believed.map_err(|error| ProviderError::Disbelieved(worded(&error)))?;
        if assertion.email.is_some() { Ok(assertion) } else { self.completed(known, assertion, &said).await }
    }
}

/// A client of a provider whose addresses are all as it publishes them.
fn client(
    options: &ProviderOptions,
    metadata: CoreProviderMetadata,
) -> CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
> {
    let secret = options.client_secret.as_ref().map(|it| ClientSecret::new(it.expose_secret().to_owned()));
    CoreClient::from_provider_metadata(metadata, ClientId::new(options.client_id.clone()), secret)
}

fn said_of(options: &ProviderOptions, claims: &CoreIdTokenClaims) -> Result<Assertion, ClaimsVerificationError> {
    let subject = Subject::parse(&options.issuer, claims.subject().as_str());
    let context = claims.auth_context_ref().map(|it| it.as_str());
    let methods = claims.auth_method_refs().into_iter().flatten().map(|it| it.as_str());
    Ok(Assertion {
        subject: subject.map_err(|error| ClaimsVerificationError::Other(error.to_string()))?,
        email: claims.email().and_then(|it| EmailAddress::parse(it.as_str()).ok()),
        email_verified: claims.email_verified() == Some(true),
        name: named(claims.name()),
        language: spoken(claims.locale()),
        second_factor: options.second_factor.is_met(context, methods),
    })
}

fn named(name: Option<&LocalizedClaim<EndUserName>>) -> Option<PersonName> {
    name.and_then(|name| name.get(None)).and_then(|it| PersonName::parse(it.as_str()).ok())
}

fn spoken(language: Option<&LanguageTag>) -> Option<Language> {
    language.and_then(|it| it.as_str().get(..2)).and_then(|it| it.parse().ok())
}

/// Our client as the library wants it.
fn client_of(
    fetch: &Fetch,
) -> impl Fn(
    openidconnect::HttpRequest,
) -> std::pin::Pin<Box<dyn Future<Output = Result<openidconnect::HttpResponse, FetchError>> + Send>>
+ Send
+ Sync
+ use<> {
    let fetch = fetch.clone();
    move |request| {
        let fetch = fetch.clone();
        Box::pin(async move { fetch.send(request).await })
    }
}

/// An error with what caused it.
fn worded(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
