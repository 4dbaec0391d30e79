//! The OpenAPI document, made of the routes themselves, so that the two cannot drift apart.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Json, Router, middleware};
use http::header::{CACHE_CONTROL, HeaderValue};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;

use crate::call::Shared;
use crate::dto;
use crate::options::Api;
use crate::problem::{self, Problem};
use crate::{evenly, health, limits, protect, routes};

/// Where the API lives.
const PREFIX: &str = "/api/v1";

/// The routes of the API, its description and what tells of its health; and the OpenAPI document of the routes.
///
/// The router has no fallback outside of `/api/v1`, so that it can be merged with pages.
pub fn api(api: Api) -> (Router, OpenApi) {
    let public_url: Arc<str> = api.options.public_url.as_str().into();
    let body_limit = api.options.body_limit;
    let limits = api.options.limits.clone();
    let even = api.options.evenly;
    let shared: Shared = Arc::new(api);
    let (routes, document) = described().split_for_parts();
    let never_kept = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let served = document.clone();
    let router = routes
        .route("/openapi.json", get(move || async move { Json(served) }))
        .route("/problems/{code}", get(health::about_problem))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(shared)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(body_limit, protect::length::limit))
        .layer(middleware::from_fn_with_state(limits, limits::guard))
        .layer(middleware::from_fn_with_state(even, evenly::evenly))
        .layer(middleware::from_fn_with_state(public_url, problem::finish))
        .layer(never_kept);
    (router.merge(viewer()), document)
}

/// The OpenAPI document as JSON; it takes no store to make it.
pub fn openapi_json() -> String {
    let document = described().into_openapi();
    document.to_pretty_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the OpenAPI document cannot be written");
        String::new()
    })
}

fn described() -> OpenApiRouter<Shared> {
    let below = routes::routes().fallback(|| async { Problem::own("not-found") });
    let mut router = OpenApiRouter::with_openapi(Description::openapi()).nest(PREFIX, below);
    Common.modify(router.get_openapi_mut());
    router
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Membership",
        description = "Lets people into organizations. Times are RFC 3339 in UTC, ids are UUIDs, unknown fields are refused.",
        license(name = "MIT OR Apache-2.0")
    ),
    components(schemas(dto::problem::Problem)),
    tags(
        (name = "users", description = "Accounts of people"),
        (name = "sign-ins", description = "Signing in and out"),
        (name = "recovery", description = "Being let in again, by mail"),
        (name = "me", description = "Oneself"),
        (name = "organizations", description = "Organizations as wholes"),
        (name = "members", description = "The members of an organization"),
        (name = "groups", description = "Groups of members"),
        (name = "programs", description = "What members attend"),
        (name = "sessions", description = "Dated sessions of programs, and who is enrolled"),
        (name = "invitations", description = "Inviting people"),
        (name = "joining", description = "Answering an invitation"),
        (name = "keys", description = "Keys by which programs act in an organization"),
        (name = "templates", description = "The texts of an organization's mails"),
        (name = "records", description = "Records of a host application, and what people may do"),
        (name = "operator", description = "What only the operator of the deployment does")
    ),
    security(("bearer" = []), ("cookie" = []))
)]
struct Description;

/// What all operations have in common, written once.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("membership"));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
        for (path, item) in &mut document.paths.paths {
            for (is_post, operation) in operations(item) {
                complete(path, is_post, operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let others = [&mut item.get, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten();
    let others = others.map(|operation| (false, operation));
    others.chain(item.post.as_mut().map(|operation| (true, operation)))
}

fn complete(path: &str, is_post: bool, operation: &mut Operation) {
    let tag = operation.tags.as_ref().and_then(|tags| tags.first()).cloned().unwrap_or_default();
    let verb = operation.operation_id.take().unwrap_or_default();
    operation.operation_id = Some(format!("{}_{verb}", tag.replace('-', "_")));
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(id_in_path);
    let parameters = operation.parameters.get_or_insert_default();
    parameters.extend(in_path.chain(is_post.then(idempotency_key)).map(RefOr::T));
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let refused = ResponseBuilder::new()
        .description("refused; `code` names the rule")
        .content("application/problem+json", content)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(refused));
}

fn id_in_path(name: &str) -> Parameter {
    // A record goes by the names that the host application gave it.
    let is_own = !matches!(name, "type" | "record");
    let format = is_own.then_some(SchemaFormat::KnownFormat(KnownFormat::Uuid));
    let id = ObjectBuilder::new().schema_type(Type::String).format(format);
    ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(id)).build()
}

fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Repeating a request with its key within 24 hours has the effect of one."))
        .schema(Some(text))
        .build()
}

/// The page that shows the document. Its styles are inline, which only it is allowed.
#[cfg(feature = "docs-viewer")]
fn viewer() -> Router {
    use http::header::CONTENT_SECURITY_POLICY;
    use utoipa_swagger_ui::{Config, SwaggerUi};

    let policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                  frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";
    let config = Config::new(["/openapi.json"]).validator_url("none").try_it_out_enabled(true);
    Router::from(SwaggerUi::new("/docs").config(config))
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)))
}

#[cfg(not(feature = "docs-viewer"))]
fn viewer() -> Router {
    Router::new()
}
