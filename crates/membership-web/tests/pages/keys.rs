//! The organization's keys on its pages: made, shown once, listed and revoked (I8, I12, A32).

use http::StatusCode;
use membership_core::secret::KeyText;

use crate::browser::{browser, id_of, owner, token_of, world};

/// The key that a page shows.
fn shown_key(html: &str) -> &str {
    let at = html.find("mka_").unwrap_or(html.len());
    html[at..].split('<').next().unwrap_or_default().trim()
}

#[tokio::test]
async fn i12_a_key_is_made_shown_once_listed_and_revoked() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let (keys, new) = (format!("{team}/keys"), format!("{team}/keys/new"));
    let overview = ada.get(&team).await;
    assert!(overview.html.contains(&format!("href=\"{keys}\"")), "{}", overview.html);
    assert!(ada.get(&keys).await.html.contains("There are no keys."));
    let form = ada.get(&new).await;
    assert!(form.html.contains("type=\"checkbox\" name=\"scopes\" value=\"members:invite\""), "{}", form.html);
    assert!(!form.html.contains("operator:keys"), "no key of the organization can be the operator's");

    // What is wrong stands at its field, and what was ticked stays ticked.
    let nameless = ada.post(&new, &new, &[("name", ""), ("scopes", "members:view")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.html.contains("id=\"name-problem\"") && nameless.html.contains("value=\"members:view\" checked"));
    let powerless = ada.post(&new, &new, &[("name", "Import")]).await;
    assert!(powerless.html.contains("id=\"scopes-problem\""), "{}", powerless.html);
    for scope in ["operator:keys", "rockets:launch", "no scope at all"] {
        let refused = ada.post(&new, &new, &[("name", "Import"), ("scopes", scope)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{scope}");
    }
    assert!(memory.dump().organizations[&id_of(&team)].keys.is_empty());

    let fields = [("name", "Nightly import"), ("scopes", "members:invite"), ("scopes", "members:view"), ("days", "30")];
    let token = token_of(&ada.get(&new).await.html);
    let made = ada.post_with(&new, &token, &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.html);
    let text = shown_key(&made.html).to_owned();
    let shown = KeyText::read(&text).unwrap().unwrap();
    assert!(made.html.contains("data-copy=\"secret\"") && made.html.contains("readonly"), "{}", made.html);
    let again = ada.post_with(&new, &token, &fields).await;
    assert_eq!(again.location, Some(format!("{keys}?done=key-made-already")), "{}", again.html);
    let dump = memory.dump();
    let key = dump.organizations[&id_of(&team)].keys.values().next().unwrap();
    assert_eq!((key.token, (key.expires_at - key.created_at).whole_days()), (shown.token, 30));
    assert_eq!(dump.organizations[&id_of(&team)].keys.len(), 1);
    assert!(world.memberships.authenticate_key(shown).await.unwrap().is_some());

    let list = ada.get(&keys).await;
    for part in ["Nightly import", "May invite people and see who belongs.", "Made by Ada", "never used", "Usable"] {
        assert!(list.html.contains(part), "{part}: {}", list.html);
    }
    assert!(!list.html.contains("mka_"), "no list shows a key");

    let revoke = format!("{keys}/{}/revoke", key.id);
    assert!(list.html.contains(&revoke));
    let asked = ada.get(&revoke).await;
    assert!(asked.html.contains("refused from its next request on") && asked.html.contains("button-danger"));
    assert!(world.memberships.authenticate_key(shown).await.unwrap().is_some(), "asking revokes nothing");
    let done = ada.post(&revoke, &revoke, &[]).await;
    assert_eq!(done.location, Some(format!("{keys}?done=key-revoked")));
    assert!(world.memberships.authenticate_key(shown).await.unwrap().is_none());
    let list = ada.get(&format!("{keys}?done=key-revoked")).await;
    assert!(list.html.contains("revoked on") && !list.html.contains(&revoke), "{}", list.html);
    assert_eq!(ada.get(&revoke).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn keys_are_for_those_who_may_and_strangers_see_nothing() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let foreign = world.found("team", 5).await;
    for path in ["keys", "keys/new", "keys/00000000-0000-0000-0000-000000000001/revoke"] {
        let page = ada.get(&format!("/organizations/{}/{path}", foreign.id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let link = world.link(foreign.id, &world.invite(foreign.id, foreign.owner, 6, "member").await);
    let mut eve = browser(&router);
    eve.get(&format!("/i/{link}")).await;
    let theirs = eve.post("/invitation", "/invitation", &[("name", "Eve")]).await.location.unwrap();
    assert!(!eve.get(&theirs).await.html.contains(&format!("{theirs}/keys")));
    for path in ["keys", "keys/new"] {
        assert_eq!(eve.get(&format!("{theirs}/{path}")).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let new = format!("{theirs}/keys/new");
    let fields = [("name", "Import"), ("scopes", "members:view")];
    assert_eq!(eve.post("/organizations", &new, &fields).await.status, StatusCode::FORBIDDEN);
    ada.post("/profile", "/profile", &[("name", "Ada"), ("language", "fr")]).await;
    let page = ada.get(&format!("{team}/keys/new")).await;
    assert!(page.html.contains("Ce que la clé peut faire") && page.html.contains("30 jours"), "{}", page.html);
}
