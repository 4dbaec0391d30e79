//! Walks every route of the OpenAPI document, so that a new one cannot come without its guards.

use http::Method;
use serde_json::{Value, json};

use crate::site::Site;

/// The operations anyone may call.
const PUBLIC: [&str; 18] = [
    "POST /api/v1/users",
    "POST /api/v1/users/verify",
    "POST /api/v1/sign-ins",
    "POST /api/v1/sign-ins/second-factor",
    "POST /api/v1/sign-ins/passkey-challenge",
    "POST /api/v1/sign-ins/passkey/challenge",
    "POST /api/v1/sign-ins/passkey",
    "POST /api/v1/login-links",
    "POST /api/v1/login-links/redeem",
    "POST /api/v1/password-resets",
    "POST /api/v1/password-resets/redeem",
    "POST /api/v1/invitations/register",
    "POST /api/v1/invitations/inspect",
    "POST /api/v1/invitations/accept",
    "POST /api/v1/invitations/decline",
    "POST /api/v1/set-up-codes/open",
    "POST /api/v1/set-up-links/inspect",
    "POST /api/v1/set-up-links/redeem",
];

struct Route {
    method: Method,
    path: String,
    operation: Value,
}

impl Route {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with ids that name nothing.
    fn somewhere(&self, organization: &str) -> String {
        let nothing = "0190f5a0-0000-7000-8000-000000000000";
        self.path
            .replace("{org}", organization)
            .replace("{member}", nothing)
            .replace("{invitation}", nothing)
            .replace("{sign_in}", nothing)
            .replace("{key}", nothing)
            .replace("{group}", nothing)
            .replace("{import}", nothing)
            .replace("{clear}", nothing)
            .replace("{program}", nothing)
            .replace("{session}", nothing)
            .replace("{passkey}", nothing)
            .replace("{user}", nothing)
            .replace("{kind}", "invitation")
            .replace("{language}", "en")
            .replace("{type}", "report")
            .replace("{record}", "1")
    }

    /// A body that this operation understands.
    fn body(&self) -> Value {
        let nothing = "0190f5a0-0000-7000-8000-000000000000";
        match self.name().split("/api/v1").nth(1).unwrap_or_default() {
            "/organizations/{org}" if self.method == Method::PATCH => json!({"name": "Other"}),
            "/organizations/{org}/keys" | "/operator/keys" => json!({"name": "Key", "scopes": ["members:view"]}),
            "/organizations/{org}/resources/{type}/{record}" if self.method == Method::PUT => {
                json!({"restricted": true})
            }
            "/organizations/{org}/resources/{type}/{record}/shares/{member}"
            | "/organizations/{org}/resources/{type}/{record}/shares/groups/{group}"
                if self.method == Method::PUT =>
            {
                json!({"level": "view"})
            }
            "/organizations/{org}/templates/{kind}/{language}" if self.method == Method::PUT => {
                json!({"subject": "Welcome", "text": "{{ link }}"})
            }
            "/organizations/{org}/access-checks" => json!({"permission": "records:read"}),
            "/organizations/{org}/ownership" => json!({"member_id": nothing}),
            "/organizations/{org}/members/{member}" if self.method == Method::PATCH => json!({"role": "member"}),
            "/organizations/{org}/seats" => json!({"members": [nothing]}),
            "/organizations/{org}/seats/when-full" => json!({"when_full": "wait"}),
            "/organizations/{org}/members" => json!({"name": "Ada"}),
            "/organizations/{org}/members/import" => json!({"rows": [{"last_name": "Ada"}]}),
            "/organizations/{org}/invitations" => json!({"email": "new@example.org"}),
            "/organizations/{org}/invitations/batch" => json!({"emails": ["new@example.org"]}),
            "/organizations/{org}/roster/rounds" if self.method == Method::POST => json!({"members": [nothing]}),
            "/organizations/{org}/roster/clear-logins" if self.method == Method::POST => json!({"confirm_name": "x"}),
            "/organizations/{org}/groups" => json!({"name": "Group"}),
            "/organizations/{org}/groups/{group}" if self.method == Method::PATCH => json!({"name": "Group"}),
            "/organizations/{org}/groups/{group}/addresses" => json!({"emails": ["new@example.org"]}),
            "/organizations/{org}/groups/{group}/members" => json!({"members": [nothing]}),
            "/organizations/{org}/programs" => json!({"name": "Program"}),
            "/organizations/{org}/programs/{program}" if self.method == Method::PUT => json!({"name": "Program"}),
            "/organizations/{org}/programs/{program}/sessions" | "/organizations/{org}/sessions/{session}"
                if self.method == Method::POST || self.method == Method::PUT =>
            {
                json!({"title": "S", "starts_at": "2026-12-01T09:00:00Z", "ends_at": "2026-12-02T09:00:00Z"})
            }
            _ => json!({}),
        }
    }
}

fn routes() -> Vec<Route> {
    let document: Value = serde_json::from_str(&membership_http::openapi_json()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            routes.push(Route { method, path: path.clone(), operation: operation.clone() });
        }
    }
    assert!(routes.len() >= 59, "the document has lost routes");
    routes
}

#[tokio::test]
async fn i8_without_identity_every_route_but_the_public_ones_is_401() {
    let site = Site::new();
    for route in routes() {
        let is_public = PUBLIC.contains(&route.name().as_str());
        let ask = site.ask(route.method.clone(), &route.somewhere("0190f5a0-0000-7000-8000-000000000001"));
        let reply = ask.json(&route.body()).send().await;
        assert_eq!(reply.status == 401, !is_public, "{} {:?}", route.name(), reply.json());
        let is_declared_public = route.operation["security"].as_array().is_some_and(|it| it.contains(&json!({})));
        assert_eq!(is_declared_public, is_public, "{}", route.name());
    }
}

#[tokio::test]
async fn i10_a_stranger_learns_nothing_of_an_organization() {
    let site = Site::new();
    let (ada, eve) = (site.person("Ada").await, site.person("Eve").await);
    let acme = site.organization(&ada, "team").await;
    let acme = acme.rsplit('/').next().unwrap();
    let before = site.store.dump();
    for route in routes().iter().filter(|it| it.path.starts_with("/api/v1/organizations/{org}")) {
        let mut seen = Vec::new();
        for organization in [acme, "0190f5a0-0000-7000-8000-000000000001", "not-an-id", "%00", "%ff"] {
            let ask = site.ask(route.method.clone(), &route.somewhere(organization)).by(&eve);
            let reply = ask.header("x-request-id", "same").json(&route.body()).send().await;
            reply.clone().refused(404, "unknown-organization");
            seen.push(reply.bytes);
        }
        assert!(seen.iter().all(|it| *it == seen[0]), "{}", route.name());
    }
    assert_eq!(site.store.dump(), before);
}

#[tokio::test]
async fn only_the_operator_passes_where_only_the_operator_may() {
    let site = Site::new();
    let eve = site.person("Eve").await;
    for route in routes().iter().filter(|it| it.path.starts_with("/api/v1/operator")) {
        let ask = site.ask(route.method.clone(), &route.somewhere("not-an-id")).by(&eve).json(&route.body());
        ask.send().await.refused(403, "operator-only");
    }
}

#[tokio::test]
async fn i14_every_post_knows_idempotency_keys() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    for route in routes().iter().filter(|it| it.method == Method::POST) {
        let parameters = route.operation["parameters"].as_array().cloned().unwrap_or_default();
        assert!(parameters.iter().any(|it| it["name"] == "Idempotency-Key"), "{}", route.name());
        let token = if route.path.contains("operator") { crate::site::OPERATOR } else { &ada.token };
        let ask = site.post(&route.somewhere("not-an-id")).bearing(token).header("idempotency-key", "not a key");
        let problem = ask.json(&route.body()).send().await.refused(422, "invalid-input").json();
        assert_eq!(problem["field"], "Idempotency-Key", "{}", route.name());
    }
}

#[test]
fn every_operation_is_described() {
    let mut ids = Vec::new();
    for route in routes() {
        let operation = &route.operation;
        assert!(operation["summary"].is_string(), "{}", route.name());
        assert!(operation["responses"]["default"].is_object(), "{}", route.name());
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = parameters.iter().filter(|it| it["in"] == "path").count();
        assert_eq!(in_path, route.path.matches('{').count(), "{}", route.name());
        ids.push(operation["operationId"].as_str().unwrap().to_owned());
    }
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}
