//! A request as a handler sees it: who sends it, what it says, and what goes with the command it becomes.

use std::str::FromStr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{self, FromRequest, FromRequestParts, OriginalUri, RawPathParams};
use axum::http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use membership_core::command::Command;
use membership_core::id::{
    ApiKeyId, ClearId, GroupId, IdentityId, ImportId, InvitationId, MemberId, OrganizationId, PasskeyId, ProgramId,
    SessionId, SignInId, UserId,
};
use membership_core::input::InvalidInput;
use membership_core::refusal::Refusal;
use membership_core::resource::ResourceName;
use membership_core::secret::LinkKind;
use membership_core::service::{Failure, Memberships, Outcome, Request};
use membership_core::wording::TemplateKey;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::admission::Admission;
use crate::answer::{Answer, Answered};
use crate::key::Keyed;
use crate::limits::Client;
use crate::options::{Api, HttpOptions};
use crate::problem::Problem;
use crate::receipt::Keeper;
use crate::{etag, identity, json, key};

/// The state of every route.
pub(crate) type Shared = Arc<Api>;

/// A body without fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A request by somebody whom `A` admits, with a body `B`. Nobody who is not admitted learns what is wrong with it.
pub(crate) struct Call<A, B = Nothing> {
    pub(crate) api: Shared,
    pub(crate) by: A,
    pub(crate) body: B,
    /// The version the caller has read (`If-Match`).
    pub(crate) expected: Option<u64>,
    path: Vec<(String, String)>,
    /// Which client of the network asks, if that shows.
    pub(crate) client: Option<Client>,
    client_name: Option<String>,
    request_id: Option<String>,
    agent: Option<String>,
    keyed: Option<Keyed>,
}

impl<A: Admission, B: DeserializeOwned> FromRequest<Shared> for Call<A, B> {
    type Rejection = Problem;

    async fn from_request(request: extract::Request, api: &Shared) -> Result<Self, Problem> {
        Self::reading(request, api, |headers, body| json::read(headers, body)).await
    }
}

impl<A: Admission, B> Call<A, B> {
    /// A request whose body is read in a way of its own.
    pub(crate) async fn reading(
        request: extract::Request,
        api: &Shared,
        read: impl Fn(&HeaderMap, &Bytes) -> Result<B, Problem>,
    ) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let by = A::admit(api.identify(&parts.headers).await?)?;
        let path = path_of(&mut parts, api).await;
        let expected = etag::expected(&parts.headers)?;
        let key = if parts.method == Method::POST { key::of(&parts.headers)? } else { None };
        let bytes = match parts.method {
            Method::GET | Method::HEAD => Bytes::new(),
            _ => body_of(extract::Request::from_parts(parts.clone(), body), api).await?,
        };
        let body = read(&parts.headers, &bytes)?;
        let sender = by.sender(api.cookies().token(&parts.headers).as_deref());
        let keyed = key.map(|key| Keyed {
            key,
            sender,
            method: parts.method.to_string(),
            path: whole_path(&parts),
            body: bytes,
        });
        let request_id = crate::protect::request_id(&parts.headers).map(str::to_owned);
        let agent = identity::agent(&parts.headers).map(str::to_owned);
        let client = parts.extensions.get::<Client>().copied();
        let client_name = client.map(|client| client.to_string());
        Ok(Self { api: api.clone(), by, body, expected, path, client, client_name, request_id, agent, keyed })
    }
}

async fn path_of(parts: &mut Parts, api: &Shared) -> Vec<(String, String)> {
    let found = RawPathParams::from_request_parts(parts, api).await;
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    found.map(|found| found.iter().map(owned).collect()).unwrap_or_default()
}

async fn body_of(request: extract::Request, api: &Shared) -> Result<Bytes, Problem> {
    use axum::response::IntoResponse;
    Bytes::from_request(request, api).await.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::own("body-too-large"),
        _ => InvalidInput::new("body", "broken-off", "must arrive whole").into(),
    })
}

fn whole_path(parts: &Parts) -> String {
    parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |uri| &uri.0).to_string()
}

impl<A, B> Call<A, B> {
    pub(crate) fn memberships(&self) -> &Memberships {
        self.api.memberships()
    }

    /// What the operator of this server chose.
    pub(crate) fn options(&self) -> &HttpOptions {
        &self.api.options
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> Uuid {
        self.memberships().ports().random.id()
    }

    /// New randomness for a secret.
    pub(crate) fn new_secret(&self) -> [u8; 32] {
        self.memberships().ports().random.secret()
    }

    /// The organization of the path. What is no id is the id of nothing.
    pub(crate) fn organization(&self) -> Result<OrganizationId, Refusal> {
        self.id("org").ok_or(Refusal::UnknownOrganization)
    }

    /// The member of the path.
    pub(crate) fn member(&self) -> Result<MemberId, Refusal> {
        self.id("member").ok_or(Refusal::UnknownMember)
    }

    /// The record of the path.
    pub(crate) fn record(&self) -> Result<ResourceName, InvalidInput> {
        let part = |name: &str| self.path.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.as_str());
        ResourceName::parse(part("type"), part("record"))
    }

    /// The template of the path.
    pub(crate) fn template(&self) -> Result<TemplateKey, InvalidInput> {
        let part = |name: &str| self.path.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.as_str());
        Ok(TemplateKey { kind: part("kind").parse()?, language: part("language").parse()? })
    }

    /// The invitation of the path.
    pub(crate) fn invitation(&self) -> Result<InvitationId, Refusal> {
        self.id("invitation").ok_or(Refusal::UnknownInvitation)
    }

    /// The identity of the path.
    pub(crate) fn identity(&self) -> Result<IdentityId, Refusal> {
        self.id("identity").ok_or(Refusal::UnknownIdentity)
    }

    /// The group of the path. What is no id is the id of nothing.
    pub(crate) fn group(&self) -> Result<GroupId, Refusal> {
        Ok(self.id("group").unwrap_or(GroupId(Uuid::nil())))
    }

    /// The import of the path.
    pub(crate) fn import(&self) -> Result<ImportId, Refusal> {
        self.id("import").ok_or(Refusal::UnknownImport)
    }

    /// The clear of the path.
    pub(crate) fn clear(&self) -> Result<ClearId, Refusal> {
        self.id("clear").ok_or(Refusal::UnknownClear)
    }

    /// The program of the path.
    pub(crate) fn program(&self) -> Result<ProgramId, Refusal> {
        self.id("program").ok_or(Refusal::UnknownProgram)
    }

    /// The session of a program of the path.
    pub(crate) fn session(&self) -> Result<SessionId, Refusal> {
        self.id("session").ok_or(Refusal::UnknownSession)
    }

    /// The key of the path.
    pub(crate) fn key(&self) -> Result<ApiKeyId, Refusal> {
        self.id("key").ok_or(Refusal::UnknownKey)
    }

    /// The sign-in of the path, if it is an id.
    pub(crate) fn sign_in(&self) -> Option<SignInId> {
        self.id("sign_in")
    }

    /// The passkey of the path, if it is an id.
    pub(crate) fn passkey(&self) -> Option<PasskeyId> {
        self.id("passkey")
    }

    /// The user of the path, if it is an id.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.id("user")
    }

    /// The scope of receipts of requests that belong to nobody known.
    pub(crate) fn own_scope(&self) -> Uuid {
        self.keyed.as_ref().map_or(Uuid::nil(), Keyed::own_scope)
    }

    /// The scope of receipts of requests that come with a link: the organization or sign-up that it leads to.
    pub(crate) fn link_scope(&self, kind: LinkKind, link: &str) -> Uuid {
        let links = &self.memberships().ports().links;
        links.read(kind, link).map_or_else(|| self.own_scope(), |link| link.scope)
    }

    /// What goes with a command of this request.
    pub(crate) async fn keeper(&self, scope: Uuid) -> Result<Keeper<'_>, Failure> {
        let from = (self.request_id.as_deref(), self.client_name.as_deref(), self.agent.as_deref());
        Keeper::new(&self.api, from, self.keyed.as_ref(), scope).await
    }

    /// Runs a command, once for a key however often it is sent, and answers. `scope` is the organization or user whose
    /// request it is.
    pub(crate) async fn perform<C: Command>(
        &self,
        scope: Uuid,
        command: &C,
        answer: impl Fn(&C::Reply) -> Answer + Send + Sync,
    ) -> Answered {
        let keeper = self.keeper(scope).await?;
        let keep = |reply: &C::Reply| keeper.keep(&answer(reply));
        let outcome = self.memberships().run(command, keeper.request(), keep).await?;
        keeper.answer(outcome, answer)
    }

    /// Decides a command without carrying it out, and answers what would become of it.
    pub(crate) async fn rehearse<C: Command>(&self, command: &C, answer: impl Fn(&C::Reply) -> Answer) -> Answered {
        let request = Request { dry_run: true, ..Request::default() };
        match self.memberships().run(command, request, |_| None).await? {
            Outcome::Done(reply) => Ok(answer(&reply)),
            Outcome::Repeated(_) => Err(Refusal::KeyReused.into()),
        }
    }

    fn id<I: FromStr>(&self, name: &str) -> Option<I> {
        self.path.iter().find(|(it, _)| it == name)?.1.parse().ok()
    }
}
