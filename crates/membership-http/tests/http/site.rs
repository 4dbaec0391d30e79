//! A server without a network: people who sign up, requests, and answers that are easy to compare.

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use membership_core::message::Content;
use membership_core::secret::{Link, LinkSigner};
use membership_core::service::Backups;
use membership_http::{Api, Evenly, HttpOptions, api, protect};
use membership_testkit::{MemoryStore, World};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tower::ServiceExt;

pub const PUBLIC_URL: &str = "http://localhost:8080";
pub const OPERATOR: &str = "operator-token-of-this-test";
pub const PASSWORD: &str = "correct horse battery staple";

/// A server on a store in memory.
pub struct Site {
    pub world: World,
    pub store: MemoryStore,
    pub router: Router,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub id: String,
    pub email: String,
    pub token: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON; `null` if there is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The status and, of a problem, the code.
    pub fn outcome(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    pub fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_else(|| panic!("no `{field}` in {:?}", self.json())).to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(self.outcome(), (status, code.to_owned()), "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), "application/problem+json");
        self
    }
}

/// A body as a snapshot shows it: what differs from run to run is named instead.
pub fn shown(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::String(text) if text.parse::<uuid::Uuid>().is_ok() && text.len() == 36 => json!("[id]"),
        Value::String(text) if text.starts_with("mst_") => json!("[token]"),
        Value::String(text) if text.len() == 64 => json!("[hash]"),
        Value::String(text) if text.starts_with("eyJ") => json!("[cursor]"),
        other => other.clone(),
    }
}

/// A request in the making.
pub struct Ask<'a> {
    site: &'a Site,
    builder: http::request::Builder,
    body: Body,
}

impl Ask<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub fn by(self, visitor: &Visitor) -> Self {
        self.bearing(&visitor.token)
    }

    pub fn bearing(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw(body.to_string().into_bytes())
    }

    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::from(body.into());
        self.header(CONTENT_TYPE.as_str(), "application/json")
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::from(body.into());
        self
    }

    /// Sends it; the body comes as it is read.
    pub async fn answer(self) -> Response<Body> {
        let request: Request<Body> = self.builder.body(self.body).unwrap();
        self.site.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(self) -> Reply {
        let (parts, body) = self.answer().await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }
}

impl Site {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut HttpOptions)) -> Self {
        let (world, store) = World::with_memory();
        let mut options = HttpOptions::new(PUBLIC_URL);
        options.operator_token = Some(SecretString::from(OPERATOR));
        options.evenly = Evenly::at_once();
        change(&mut options);
        let backups = Backups::new(world.memberships.clone(), world.stores.upkeep.clone());
        let (routes, _) = api(Api { accounts: world.accounts.clone(), backups, options: options.clone() });
        Self { world, store, router: protect(routes, &options) }
    }

    pub fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        let path =
            if path.starts_with("/me") || path.starts_with("/org") { format!("/api/v1{path}") } else { path.into() };
        let builder = Request::builder().method(method).uri(path).header("host", "localhost:8080");
        Ask { site: self, builder, body: Body::empty() }
    }

    pub fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub fn patch(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PATCH, path)
    }

    pub fn put(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PUT, path)
    }

    pub fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(Method::DELETE, path)
    }

    /// The links that wait to be mailed, the oldest first.
    pub async fn mailed(&self) -> Vec<String> {
        let sign = |link| self.world.links.sign(&link).expose_secret().to_owned();
        let link = |content: &Content, scope: uuid::Uuid| match content {
            Content::Invitation { invitation, generation, .. } => {
                let organization = membership_core::id::OrganizationId(scope);
                Some(sign(Link::to_invitation(organization, *invitation, *generation)))
            }
            Content::AddressVerification { sign_up, .. } => Some(sign(Link::to_sign_up(*sign_up))),
            _ => None,
        };
        self.world.drain().await.iter().filter_map(|mail| link(&mail.content, mail.scope.key())).collect()
    }

    /// Somebody with an account and a verified address, signed in.
    pub async fn person(&self, name: &str) -> Visitor {
        let email = format!("{}@example.org", name.to_lowercase());
        let form = json!({"email": email, "name": name, "password": PASSWORD});
        self.post("/api/v1/users").json(&form).send().await.expect(202);
        let link = self.mailed().await.pop().unwrap();
        let form = json!({"token": link, "password": PASSWORD});
        let reply = self.post("/api/v1/users/verify").json(&form).send().await.expect(201);
        let id = reply.json()["user"]["id"].as_str().unwrap().to_owned();
        Visitor { id, email, token: reply.text("token") }
    }

    /// An organization of a preset, by its path.
    pub async fn organization(&self, owner: &Visitor, preset: &str) -> String {
        let form = json!({"name": "Acme", "preset": preset});
        let reply = self.post("/organizations").by(owner).json(&form).send().await.expect(201);
        format!("/organizations/{}", reply.text("id"))
    }

    /// Invites somebody, by mail; the link.
    pub async fn invited(&self, organization: &str, by: &Visitor, email: &str, role: &str) -> String {
        let form = json!({"email": email, "role": role});
        self.post(&format!("{organization}/invitations")).by(by).json(&form).send().await.expect(201);
        self.mailed().await.pop().unwrap()
    }

    /// Somebody becomes a member; the path of the membership.
    pub async fn join(&self, organization: &str, owner: &Visitor, guest: &mut Visitor, role: &str) -> String {
        let link = self.invited(organization, owner, &guest.email, role).await;
        let reply =
            self.post("/api/v1/invitations/accept").by(guest).json(&json!({"token": link})).send().await.expect(201);
        guest.token = reply.text("token");
        format!("{organization}/members/{}", reply.json()["membership"]["id"].as_str().unwrap())
    }
}
