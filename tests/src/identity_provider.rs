//! A complete OpenID provider for tests: discovery, keys that rotate, sign-in, codes that work once and for their client,
//! PKCE, and statements that are really signed. It misbehaves on demand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
pub use jsonwebtoken::Algorithm;
use jsonwebtoken::{EncodingKey, Header};
use membership_core::port::{Clock, Random};
use membership_core::system::{SystemClock, SystemRandom};
use serde_json::{Value, json};
use url::Url;

mod key;
mod page;

use key::Key;

/// How the provider knows the deployment.
pub const CLIENT: &str = "membership";
/// The secret by which it knows it.
pub const SECRET: &str = "the secret of the client";

/// What it says of a sign-in by two factors (`acr`), where it is trusted for that.
pub const TWO_FACTORS: &str = "https://refeds.org/profile/mfa";

/// For whom its tokens are, where the deployment trusts them instead of its own.
pub const AUDIENCE: &str = "members";

/// What the provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// It repeats another nonce.
    Nonce,
    /// It speaks to somebody else.
    Audience,
    /// It speaks for somebody else.
    Issuer,
    /// What it says is over.
    Expired,
    /// What it says was said long ago.
    Stale,
    /// It signs nothing.
    Unsigned,
    /// It signs with a key that it does not publish.
    ForeignKey,
    /// Asked for more, it tells of somebody else.
    Stranger,
    /// It names another provider on the way back (RFC 9207).
    MixUp,
}

impl Mischief {
    /// All of it.
    pub const ALL: [Self; 9] = [
        Self::Nonce,
        Self::Audience,
        Self::Issuer,
        Self::Expired,
        Self::Stale,
        Self::Unsigned,
        Self::ForeignKey,
        Self::Stranger,
        Self::MixUp,
    ];
}

/// Somebody who signs in at the provider.
#[derive(Debug, Clone)]
pub struct Person {
    /// What the provider calls them.
    pub subject: String,
    /// Their address.
    pub email: String,
    /// Whether the provider has verified it.
    pub email_verified: bool,
    /// Their name.
    pub name: String,
}

impl Person {
    /// Somebody with a verified address.
    pub fn new(name: &str) -> Self {
        let subject = format!("subject-of-{}", name.to_lowercase());
        let email = crate::deployment::address(name);
        Self { subject, email, email_verified: true, name: name.to_owned() }
    }
}

/// The provider, running.
#[derive(Clone)]
pub struct IdentityProvider {
    /// Its issuer: where it listens.
    pub issuer: String,
    state: Arc<Mutex<Rows>>,
}

struct Rows {
    keys: Vec<Key>,
    codes: HashMap<String, Grant>,
    mischief: Option<Mischief>,
    key_requests: usize,
    keeps_keys_back: bool,
    says_little: bool,
    says: Value,
    steps_up: bool,
    access: HashMap<String, Person>,
}

#[derive(Clone)]
struct Grant {
    challenge: String,
    nonce: String,
    redirect_uri: String,
    /// Which ways to sign in were asked for, the preferred one first.
    acr_values: Option<String>,
    person: Person,
}

impl IdentityProvider {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let rows = Rows {
            keys: vec![Key::new(Algorithm::ES256)],
            codes: HashMap::new(),
            mischief: None,
            key_requests: 0,
            keeps_keys_back: false,
            says_little: false,
            says: json!({}),
            steps_up: false,
            access: HashMap::new(),
        };
        let provider = Self { issuer, state: Arc::new(Mutex::new(rows)) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/authorize", get(page::ask).post(page::answer))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/person", get(person))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    /// From now on it misbehaves, or behaves again.
    pub fn misbehave(&self, mischief: Option<Mischief>) {
        self.rows().mischief = mischief;
    }

    /// It signs with a new key, and publishes only that.
    pub fn rotate(&self) {
        self.sign_by(Algorithm::ES256);
    }

    /// It signs with a new key of that kind, and publishes only that.
    pub fn sign_by(&self, algorithm: Algorithm) {
        self.rows().keys = vec![Key::new(algorithm)];
    }

    /// It gives nobody its keys, or does again.
    pub fn keep_keys_back(&self, keeps: bool) {
        self.rows().keeps_keys_back = keeps;
    }

    /// From now on its statements say no more than who it is; the rest is told when asked for, as strict providers do.
    pub fn say_little(&self) {
        self.rows().says_little = true;
    }

    /// From now on its statements say this over the usual claims.
    pub fn say(&self, claims: Value) {
        self.rows().says = claims;
    }

    /// From now on it signs people in as it was asked to (`acr_values`), and says so.
    pub fn step_up(&self) {
        self.rows().steps_up = true;
    }

    /// The keys it publishes, as a document.
    pub fn key_set(&self) -> Value {
        json!({ "keys": self.rows().keys.iter().map(Key::published).collect::<Vec<_>>() })
    }

    /// The settings of a server that lets people sign in here, and trusts tokens of here.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let issuer = &self.issuer;
        let provider = format!(
            "[{{ key = \"acme\", name = \"Acme\", issuer = \"{issuer}\", client_id = \"{CLIENT}\", \
             client_secret = \"{SECRET}\", second_factor_acr = [\"{TWO_FACTORS}\"] }}]"
        );
        let trusted = format!("[{{ issuer = \"{issuer}\", audience = \"{AUDIENCE}\", jwks_url = \"{issuer}/keys\" }}]");
        vec![("MEMBERSHIP_IDENTITY_PROVIDERS", provider), ("MEMBERSHIP_TRUSTED_ISSUERS", trusted)]
    }

    /// How often its keys were asked for.
    pub fn key_requests(&self) -> usize {
        self.rows().key_requests
    }

    /// A person signs in at the address that the browser was sent to; where the browser is led back to, on our side.
    pub fn sign_in(&self, address: &str, person: &Person) -> String {
        let back = self.leads_back(address, person);
        format!("{}?{}", back.path(), back.query().unwrap_or_default())
    }

    fn leads_back(&self, address: &str, person: &Person) -> Url {
        let asked = self.asked(address);
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|it| it == "openid"), "{address}");
        let code = unguessable();
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
            acr_values: asked.get("acr_values").cloned(),
            person: person.clone(),
        };
        self.rows().codes.insert(code.clone(), grant);
        self.back(&asked, ("code", &code))
    }

    /// The person, or the provider, says no.
    fn refuses(&self, address: &str) -> Url {
        self.back(&self.asked(address), ("error", "access_denied"))
    }

    fn asked(&self, address: &str) -> HashMap<String, String> {
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer)), "{address}");
        Url::parse(address).expect("an address").query_pairs().into_owned().collect()
    }

    fn back(&self, asked: &HashMap<String, String>, (name, said): (&str, &str)) -> Url {
        let mixes_up = self.rows().mischief == Some(Mischief::MixUp);
        let issuer = if mixes_up { "https://other.example" } else { &self.issuer };
        let mut back = Url::parse(&asked["redirect_uri"]).expect("an address");
        let pairs = [(name, said), ("state", &asked["state"]), ("iss", issuer)];
        back.query_pairs_mut().extend_pairs(pairs);
        back
    }

    /// A token of a host application's person, with these claims over the usual ones.
    pub fn token(&self, person: &Person, audience: &str, over: &Value) -> String {
        let mut claims = self.claims(person, audience);
        for (name, value) in over.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        self.rows().keys[0].sign(&claims)
    }

    /// A token that is signed by nobody, or by what is public.
    pub fn forged(&self, person: &Person, audience: &str, algorithm: &str) -> String {
        let part = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let claims = self.claims(person, audience);
        let kid = self.rows().keys[0].id.clone();
        if algorithm == "HS256" {
            let header = Header { kid: Some(kid), ..Header::new(Algorithm::HS256) };
            let public = self.key_set().to_string();
            let key = EncodingKey::from_secret(public.as_bytes());
            return jsonwebtoken::encode(&header, &claims, &key).expect("a token");
        }
        format!("{}.{}.", part(&json!({ "alg": algorithm, "kid": kid })), part(&claims))
    }

    fn claims(&self, person: &Person, audience: &str) -> Value {
        let now = SystemClock.now().unix_timestamp();
        json!({
            "iss": self.issuer, "sub": person.subject, "aud": audience, "iat": now, "exp": now + 300,
            "email": person.email, "email_verified": person.email_verified, "name": person.name,
        })
    }

    fn statement(&self, grant: &Grant) -> String {
        let mut claims = self.claims(&grant.person, CLIENT);
        claims["nonce"] = json!(grant.nonce);
        if let Some(asked) = grant.acr_values.as_ref().filter(|_| self.rows().steps_up) {
            claims["acr"] = json!(asked.split(' ').next());
        }
        for (name, value) in self.rows().says.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let (mischief, now) = (self.rows().mischief, SystemClock.now().unix_timestamp());
        if self.rows().says_little || mischief == Some(Mischief::Stranger) {
            for name in ["email", "email_verified", "name"] {
                claims.as_object_mut().expect("an object").remove(name);
            }
        }
        match mischief {
            Some(Mischief::Nonce) => claims["nonce"] = json!("another"),
            Some(Mischief::Audience) => claims["aud"] = json!("another"),
            Some(Mischief::Issuer) => claims["iss"] = json!("https://other.example"),
            Some(Mischief::Expired) => claims["exp"] = json!(now - 1),
            Some(Mischief::Stale) => claims["iat"] = json!(now - 3_600),
            Some(Mischief::Unsigned) => {
                let part = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
                return format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims));
            }
            Some(Mischief::ForeignKey) => {
                let id = self.rows().keys[0].id.clone();
                return Key::new(Algorithm::ES256).under(id).sign(&claims);
            }
            Some(Mischief::MixUp | Mischief::Stranger) | None => {}
        }
        self.rows().keys[0].sign(&claims)
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unguessable() -> String {
    data_encoding::BASE64URL_NOPAD.encode(&SystemRandom::new().expect("randomness").secret())
}

async fn discovery(State(provider): State<IdentityProvider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/person"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "PS256", "EdDSA"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(provider): State<IdentityProvider>) -> Response {
    let keeps_back = {
        let mut rows = provider.rows();
        rows.key_requests += 1;
        rows.keeps_keys_back
    };
    if keeps_back {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    Json(provider.key_set()).into_response()
}

async fn token(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let expected = format!("Basic {}", data_encoding::BASE64.encode(format!("{CLIENT}:{encoded}").as_bytes()));
    if headers.get("authorization").and_then(|it| it.to_str().ok()) != Some(&expected) {
        return refused("invalid_client");
    }
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let Some(grant) = provider.rows().codes.remove(field("code")) else { return refused("invalid_grant") };
    let verifier = ring::digest::digest(&ring::digest::SHA256, field("code_verifier").as_bytes());
    let shown = data_encoding::BASE64URL_NOPAD.encode(verifier.as_ref());
    if shown != grant.challenge || field("redirect_uri") != grant.redirect_uri {
        return refused("invalid_grant");
    }
    let access = unguessable();
    provider.rows().access.insert(access.clone(), grant.person.clone());
    let answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 300,
        "id_token": provider.statement(&grant) });
    Json(answer).into_response()
}

/// Who it is that an access token was given to (OpenID Connect Core, section 5.3).
async fn person(State(provider): State<IdentityProvider>, headers: HeaderMap) -> Response {
    let shown = headers.get("authorization").and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
    let rows = provider.rows();
    let Some(person) = shown.and_then(|it| rows.access.get(it)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let subject = if rows.mischief == Some(Mischief::Stranger) { "somebody-else" } else { &person.subject };
    let (email, email_verified, name) = (&person.email, person.email_verified, &person.name);
    Json(json!({ "sub": subject, "email": email, "email_verified": email_verified, "name": name })).into_response()
}
