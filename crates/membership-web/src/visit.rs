//! One request for a page: who sends it, and in which language the answer is.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use membership_core::branding::LogoUrl;
use membership_core::draft::Actor;
use membership_core::id::UserId;
use membership_core::language::Language;
use membership_core::secret::SignInToken;
use membership_core::service::{Caller, Failure};
use membership_http::{Client, identity, policy_with_pictures_from};

use crate::answer::with_cookie;
use crate::form::token::FormToken;
use crate::limited;
use crate::page::Page;
use crate::spoken;
use crate::stop::Stop;
use crate::switcher::Switcher;
use crate::theme::Theme;
use crate::web::Web;
use crate::words::Words;

/// What htmx sends along: such a request is for a part of a page that is shown already.
const PART: &str = "hx-request";

/// Who visits, and what every page needs to know of it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Visit {
    pub web: Web,
    /// Whoever is signed in.
    pub caller: Option<Arc<Caller>>,
    pub words: Words,
    /// Whether the browser chose its language by our form.
    language_chosen: bool,
    /// What the forms of this sign-in carry.
    pub form_token: Option<FormToken>,
    /// The organizations of its menu.
    pub switcher: Arc<Switcher>,
    /// How its pages are lit.
    pub theme: Theme,
    /// What sends the request, as it calls itself.
    pub agent: Option<String>,
    /// Which client of the network asks, if that shows.
    pub client: Option<Client>,
    client_name: Option<Arc<str>>,
    /// The logo that its page shows.
    pub shows: Arc<OnceLock<LogoUrl>>,
    /// Where a sign-in that is asked for now shall lead back to.
    pub back: String,
}

impl Visit {
    async fn begin(web: Web, request: &Parts) -> (Self, Result<(), Failure>) {
        let (method, uri, headers) = (&request.method, &request.uri, &request.headers);
        let chosen = spoken::chosen(headers);
        let asked = chosen.map_or_else(|| Words::asked_for(headers), |language| Words { language });
        // Every form is sent to an address that can be read, too; only what was asked of it is left out.
        let whole = uri.path_and_query().map_or("/", |it| it.as_str());
        let back = if *method == Method::POST { uri.path() } else { whole }.to_owned();
        let agent = identity::agent(headers).map(str::to_owned);
        let client = web.limits.client(&request.extensions, headers);
        let (switcher, theme) = (Arc::default(), Theme::of(headers));
        let client_name = client.map(|client| client.to_string().into());
        let mut visit = Self {
            web,
            caller: None,
            words: asked,
            language_chosen: chosen.is_some(),
            form_token: None,
            switcher,
            theme,
            agent,
            client,
            client_name,
            shows: Arc::default(),
            back,
        };
        let cookies = visit.web.cookies();
        match cookies.caller(&visit.web.accounts, headers).await {
            Ok(Some(caller)) => {
                visit.words = Words { language: caller.user.language };
                visit.form_token = cookies.token(headers).map(|token| FormToken::of(&token));
                visit.caller = Some(Arc::new(caller));
                match Switcher::of(&visit).await {
                    Ok(switcher) => visit.switcher = Arc::new(switcher),
                    Err(failure) => return (visit, Err(failure)),
                }
                (visit, Ok(()))
            }
            Ok(None) => (visit, Ok(())),
            Err(failure) => (visit, Err(failure)),
        }
    }

    /// Goes on under a fresh token after the visitor's privileges rose (A64). Only where a whole page is read: forms that
    /// are open carry what belongs to the former token.
    async fn replace_sign_in(&mut self, request: &Parts) -> Option<SignInToken> {
        let caller = self.caller.clone()?;
        let is_page = request.method == Method::GET && !request.headers.contains_key(PART);
        let is_due = self.switcher.raised_at.is_some_and(|raised| caller.sign_in.created_at < raised);
        if !(is_page && comes_by_cookie(&caller, &request.headers) && is_due) {
            return None;
        }
        let (caller, token) = self.replaced(&caller).await?;
        self.caller = Some(Arc::new(caller));
        self.form_token = Some(FormToken::of(token.expose()));
        Some(token)
    }

    /// The answer under a fresh token, after the visitor has become more by what they did (A64).
    pub(crate) async fn afresh(&self, headers: &HeaderMap, answer: Response) -> Response {
        let Some(caller) = self.caller.as_deref().filter(|it| comes_by_cookie(it, headers)) else { return answer };
        match self.replaced(caller).await {
            Some((_, token)) => with_cookie(answer, &self.web.cookies().sign_in(&token)),
            None => answer,
        }
    }

    async fn replaced(&self, caller: &Caller) -> Option<(Caller, SignInToken)> {
        let replaced = self.web.accounts.replace_sign_in(caller, self.request()).await;
        replaced.unwrap_or_else(|failure| {
            tracing::debug!(?failure, "a sign-in is not replaced this time");
            None
        })
    }

    /// Whoever is signed in and may do things; nobody else gets further.
    pub(crate) fn caller(&self) -> Result<&Caller, Stop> {
        let caller = self.known()?;
        caller.user.may_go_on().map_err(|_| Stop::PasswordDue)?;
        Ok(caller)
    }

    /// Whoever is signed in, even if a password must be chosen before anything else.
    pub(crate) fn known(&self) -> Result<&Caller, Stop> {
        self.caller.as_deref().ok_or(Stop::SignIn)
    }

    /// What is known of this request.
    pub(crate) fn request(&self) -> membership_core::service::Request<'_> {
        let (client, agent) = (self.client_name.as_deref(), self.agent.as_deref());
        membership_core::service::Request { client, agent, ..Default::default() }
    }

    /// The user who is signed in.
    pub(crate) fn user(&self) -> Result<UserId, Stop> {
        Ok(self.caller()?.user.id)
    }

    /// The user who is signed in, as whoever acts on organizations.
    pub(crate) fn actor(&self) -> Result<Actor, Stop> {
        Ok(self.caller()?.actor())
    }

    /// The same visit in the language of what it is about, for whoever has none of their own and has chosen none.
    pub(crate) fn speaking(&self, language: Language) -> Self {
        let has_own = self.caller.is_some() || self.language_chosen;
        let words = if has_own { self.words } else { Words { language } };
        Self { words, ..self.clone() }
    }

    /// A page of this visit with a title.
    pub(crate) fn page(&self, title: impl Into<String>) -> Page {
        Page::new(self, title.into())
    }
}

/// Whether the sign-in is a browser's: a program keeps the token that it was given.
fn comes_by_cookie(caller: &Caller, headers: &HeaderMap) -> bool {
    identity::bearer(headers).is_none() && !caller.comes_by_issuer
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Stop> {
        // The layer below puts it there for every page.
        parts.extensions.get::<Self>().cloned().ok_or(Stop::NotFound)
    }
}

/// Wraps every page: finds out who visits, turns whatever stopped a handler into a page, and lets nobody keep pages.
pub(crate) async fn around(State(web): State<Web>, request: Request, next: Next) -> Response {
    let asked = Instant::now();
    let (mut parts, body) = request.into_parts();
    let (method, path) = (&parts.method, parts.uri.path());
    let (what, held) = (limited::limited(method, path), limited::held(method, path));
    let (mut visit, begun) = Visit::begin(web, &parts).await;
    let fresh = if begun.is_ok() { visit.replace_sign_in(&parts).await } else { None };
    let mut answer = match begun.map_err(Stop::from).and_then(|()| limited::take(&visit, what)) {
        Ok(()) => {
            parts.extensions.insert(visit.clone());
            let answer = shown(&visit, next.run(Request::from_parts(parts, body)).await);
            limited::settle(&visit, what, &answer);
            answer
        }
        Err(stop) => stop.shown(&visit),
    };
    if let Some(token) = fresh {
        answer = with_fresh(&visit, answer, &token);
    }
    answer.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(logo) = visit.shows.get() {
        let_in(&mut answer, logo);
    }
    if held(answer.status()) {
        visit.web.evenly.hold(asked).await;
    }
    answer
}

/// Lets the page's logo be fetched. What is no page, or has a policy of its own, stays as it is.
fn let_in(answer: &mut Response, logo: &LogoUrl) {
    if let (true, Ok(policy)) = (is_page(answer), HeaderValue::from_str(&policy_with_pictures_from(logo.origin()))) {
        answer.headers_mut().entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
}

fn is_page(answer: &Response) -> bool {
    answer.headers().get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html"))
}

/// The answer with the fresh cookie, unless it gives the browser another one itself.
fn with_fresh(visit: &Visit, answer: Response, token: &SignInToken) -> Response {
    let cookies = visit.web.cookies();
    let begins = format!("{}=", cookies.name());
    let mut given = answer.headers().get_all(SET_COOKIE).iter();
    if given.any(|it| it.as_bytes().starts_with(begins.as_bytes())) {
        return answer;
    }
    with_cookie(answer, &cookies.sign_in(token))
}

fn shown(visit: &Visit, mut answer: Response) -> Response {
    if let Some(stop) = answer.extensions_mut().remove::<Arc<Stop>>() {
        return stop.shown(visit);
    }
    // The framework's own refusals, such as of an id that is none, are a line of plain text.
    let is_page = is_page(&answer);
    match answer.status() {
        _ if is_page => answer,
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => Stop::NotFound.shown(visit),
        StatusCode::METHOD_NOT_ALLOWED => {
            let mut page = Stop::NotFound.shown(visit);
            *page.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            page.headers_mut().extend(answer.headers().get(ALLOW).map(|allowed| (ALLOW, allowed.clone())));
            page
        }
        StatusCode::PAYLOAD_TOO_LARGE => Stop::TooLong.shown(visit),
        _ => answer,
    }
}
