//! A complete OpenID provider for tests: discovery, keys that rotate, sign-in, codes that work once and for their client,
//! PKCE, and statements that are really signed. It misbehaves on demand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use membership_core::port::{Clock, Random};
use membership_core::system::{SystemClock, SystemRandom};
use ring::rand::SystemRandom as RingRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// How the provider knows the deployment.
pub const CLIENT: &str = "membership";
/// The secret by which it knows it.
pub const SECRET: &str = "the secret of the client";

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
    /// It names another provider on the way back (RFC 9207).
    MixUp,
}

impl Mischief {
    /// All of it.
    pub const ALL: [Self; 8] = [
        Self::Nonce,
        Self::Audience,
        Self::Issuer,
        Self::Expired,
        Self::Stale,
        Self::Unsigned,
        Self::ForeignKey,
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
}

#[derive(Clone)]
struct Key {
    id: String,
    pkcs8: Vec<u8>,
    point: Vec<u8>,
}

#[derive(Clone)]
struct Grant {
    challenge: String,
    nonce: String,
    redirect_uri: String,
    person: Person,
}

impl Key {
    fn new() -> Self {
        let random = RingRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).expect("a key");
        Self { id: unguessable(), pkcs8: pkcs8.as_ref().to_vec(), point: pair.public_key().as_ref().to_vec() }
    }

    fn published(&self) -> Value {
        let part = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        let (x, y) = (part(&self.point[1..33]), part(&self.point[33..65]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": x, "y": y })
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(&self.pkcs8)).expect("a signature")
    }
}

impl IdentityProvider {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let rows = Rows { keys: vec![Key::new()], codes: HashMap::new(), mischief: None, key_requests: 0 };
        let provider = Self { issuer, state: Arc::new(Mutex::new(rows)) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
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
        self.rows().keys = vec![Key::new()];
    }

    /// How often its keys were asked for.
    pub fn key_requests(&self) -> usize {
        self.rows().key_requests
    }

    /// A person signs in at the address that the browser was sent to; where the browser is led back to.
    pub fn sign_in(&self, address: &str, person: &Person) -> String {
        let url = url::Url::parse(address).expect("an address");
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer)), "{address}");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|it| it == "openid"), "{address}");
        let code = unguessable();
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
            person: person.clone(),
        };
        let mut rows = self.rows();
        rows.codes.insert(code.clone(), grant);
        let other = rows.mischief == Some(Mischief::MixUp);
        let mut back = url::Url::parse(&asked["redirect_uri"]).expect("an address");
        let issuer = if other { "https://other.example" } else { &self.issuer };
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &asked["state"])
            .append_pair("iss", issuer);
        format!("{}?{}", back.path(), back.query().unwrap_or_default())
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
            let public = self.rows().keys[0].point.clone();
            return jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&public)).expect("a token");
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
        let (mischief, now) = (self.rows().mischief, SystemClock.now().unix_timestamp());
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
                return Key { id, ..Key::new() }.sign(&claims);
            }
            Some(Mischief::MixUp) | None => {}
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
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(provider): State<IdentityProvider>) -> Json<Value> {
    let mut rows = provider.rows();
    rows.key_requests += 1;
    Json(json!({ "keys": rows.keys.iter().map(Key::published).collect::<Vec<_>>() }))
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
    let answer = json!({ "access_token": unguessable(), "token_type": "Bearer", "expires_in": 300,
        "id_token": provider.statement(&grant) });
    Json(answer).into_response()
}
