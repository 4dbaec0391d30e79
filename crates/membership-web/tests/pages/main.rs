//! The pages over a store in memory: what a browser sends, and what it gets.

use axum::body::Body;
use http::header::CONTENT_SECURITY_POLICY;
use http::{Request, StatusCode};
use membership_core::id::{MessageId, OrganizationId};
use membership_core::invitation::InvitationState;
use membership_core::member::Member;
use membership_core::port::{KeptMail, Random};
use membership_core::service::NewOffer;
use membership_http::{Evenly, Limits};
use membership_testkit::World;
use membership_testkit::fixture::{address, role};
use membership_web::{Web, pages};
use secrecy::ExposeSecret;
use tower::ServiceExt;

mod attention;
mod browser;
mod imports;
mod keys;
mod limits;
mod people;
mod presets;
mod records;
mod recovery;
mod roster;
mod undo;

use crate::browser::{PASSWORD, browser, id_of, owner, shown_link, version_of, world};

#[tokio::test]
async fn s1_7_the_main_job_from_set_up_to_a_new_member() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let fields = [("addresses", "Bob <bob@example.org>; eve@example.org"), ("role", "member"), ("deliver", "mail")];
    let invited = ada.post(&format!("{team}/invite"), &format!("{team}/invite"), &fields).await;
    assert_eq!(invited.location, Some(format!("{team}/members?done=invited#invitations")), "{}", invited.html);
    let members = ada.get(&format!("{team}/members?done=invited")).await;
    for part in ["Ada", "bob@example.org", "eve@example.org", "Invited. The mail is on its way."] {
        assert!(members.html.contains(part), "{part}");
    }

    let invitation = memory.dump().organizations[&id_of(&team)].invitations.values().next().unwrap().clone();
    let link = membership_core::secret::Link::to_invitation(id_of(&team), invitation.id, invitation.generation);
    let link = membership_core::secret::LinkSigner::sign(world.links.as_ref(), &link);
    let mut bob = browser(&router);
    let before = memory.dump();
    for _ in 0..3 {
        let opened = bob.get(&format!("/i/{}", link.expose_secret())).await;
        assert_eq!((opened.status, opened.location.as_deref()), (StatusCode::SEE_OTHER, Some("/invitation")));
        let page = bob.get("/invitation").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains("Acme") && page.html.contains("Ada invites you."), "{}", page.html);
        assert!(!page.html.contains("mli_"), "the link is not shown");
    }
    assert_eq!(*memory.dump(), *before, "opening a link changes nothing");

    let wrong = bob.post("/invitation", "/invitation", &[("name", "<b>")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("aria-invalid=\"true\"") && wrong.html.contains("&#60;b&#62;"), "{}", wrong.html);
    let joined = bob.post("/invitation", "/invitation", &[("name", "Bob")]).await;
    assert_eq!(
        (joined.status, joined.location.clone()),
        (StatusCode::SEE_OTHER, Some(team.clone())),
        "{}",
        joined.html
    );
    assert!(!bob.has_cookie("membership-invitation"), "the link is forgotten");
    let overview = bob.get(&team).await;
    assert!(overview.status == StatusCode::OK && overview.html.contains("Acme"), "{}", overview.html);

    let again = browser(&router).get(&format!("/i/{}", link.expose_secret())).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    bob.get(&format!("/i/{}", link.expose_secret())).await;
    assert_eq!(bob.get("/invitation").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_form_without_its_token_is_refused_and_changes_nothing() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let before = memory.dump();
    for token in ["", "another"] {
        let sent = ada.post_with(&format!("{team}/settings/name"), token, &[("name", "Evil")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        assert!(sent.html.contains("out of date"), "{}", sent.html);
    }
    assert_eq!(*memory.dump(), *before);
    let sent = ada.post(&format!("{team}/settings"), &format!("{team}/settings/name"), &[("name", "Acme 2")]).await;
    assert_eq!(sent.location, Some(format!("{team}/settings?done=renamed")));
}

#[tokio::test]
async fn whoever_is_not_signed_in_comes_back_after_signing_in() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let out = ada.post("/organizations", "/sign-out", &[]).await;
    assert_eq!(out.location.as_deref(), Some("/sign-in?done=signed-out"));
    let sent_away = ada.get(&format!("{team}/members?q=a")).await;
    let there = sent_away.location.unwrap();
    assert_eq!(there, format!("/sign-in?next={team}/members%3Fq%3Da"));
    let page = ada.get(&there).await;
    assert!(page.html.contains(&format!("value=\"{team}/members?q=a\"")), "{}", page.html);
    let wrong = ada.post(&there, "/sign-in", &[("login", "ada@example.org"), ("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.html.contains("value=\"ada@example.org\"") && !wrong.html.contains("wrong\""), "{}", wrong.html);
    let fields = [("login", "ada@example.org"), ("password", PASSWORD), ("next", "//evil.test")];
    let back = ada.post("/sign-in", "/sign-in", &fields).await;
    assert_eq!(back.location.as_deref(), Some("/organizations"), "another site is never followed");
}

#[tokio::test]
async fn i10_what_one_does_not_belong_to_does_not_exist() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let foreign = world.found("team", 5).await;
    for path in ["", "/members", "/invite", "/seats", "/settings", "/log", "/leave"] {
        let page = ada.get(&format!("/organizations/{}{path}", foreign.id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.html.contains("<h1>"), "{path}");
    }
    let own = ada.get("/organizations").await.html;
    let own = own.split("class=\"tile-link\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for query in ["q=%00%0D", "after=%00&id=00000000-0000-0000-0000-000000000000", "invited_after=x&invited_id=x"] {
        let status = ada.get(&format!("{own}/members?{query}")).await.status;
        assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&status), "{query}: {status}");
    }
    for path in ["/organizations/none", "/nowhere", "/dev/mailbox", "/dev/mailbox.json", "/dev/mailbox/1.html"] {
        assert_eq!(ada.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn s2_1_each_address_of_a_list_has_its_own_outcome() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let invite = format!("{team}/invite");
    let none = ada.post(&invite, &invite, &[("addresses", "no address"), ("role", "member")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.html.contains("no address"), "{}", none.html);
    let fields = [("addresses", "bob@example.org, nobody, ada@example.org"), ("role", "admin"), ("deliver", "hand")];
    let some = ada.post(&invite, &invite, &fields).await;
    assert_eq!(some.status, StatusCode::OK);
    assert!(some.html.contains("http://localhost:8080/i/mli_"), "the link is shown once: {}", some.html);
    assert!(some.html.contains("nobody\nada@example.org"), "what failed stays in the form: {}", some.html);
    let headings: Vec<_> = some.html.match_indices("<h1>").map(|(at, _)| at).collect();
    assert!(headings.len() == 1 && headings[0] < some.html.find("id=\"outcomes\"").unwrap(), "{}", some.html);
    let dump = memory.dump();
    assert_eq!(dump.organizations[&id_of(&team)].invitations.len(), 1);
}

#[tokio::test]
async fn signed_in_as_somebody_else_nothing_is_consumed() {
    let (world, memory, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let other = world.found("team", 5).await;
    let link = world.link(other.id, &world.invite(other.id, other.owner, 6, "member").await);
    ada.get(&format!("/i/{link}")).await;
    let page = ada.get("/invitation").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["p•••@example.org", "ada@example.org", "Sign out and continue"] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let refused = ada.post("/invitation", "/invitation", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let out = ada.post("/invitation", "/sign-out", &[("next", "/invitation")]).await;
    assert_eq!(out.location.as_deref(), Some("/invitation"));
    assert!(ada.get("/invitation").await.html.contains("Tell who you are"));
    let declined = ada.post("/invitation", "/invitation/decline", &[]).await;
    assert_eq!(declined.location.as_deref(), Some("/invitation/declined"));
    let dump = memory.dump();
    let invitation = dump.organizations[&other.id].invitations.values().next().unwrap();
    assert_eq!(invitation.state, InvitationState::Declined);
}

/// Somebody who was invited as a plain member by the owner, and has accepted.
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "whoever cannot join is a failed test")]
async fn joined(world: &World, id: OrganizationId) -> Member {
    let members = world.memberships.members(id, membership_core::draft::Actor::System, &all()).await;
    let owner = members.unwrap().items[0].member.user.unwrap();
    let offer = NewOffer::to(address(7)).with_role(role("member"));
    let view = world.memberships.invite(id, owner, offer).await.unwrap();
    world.accept(&world.link(id, &view), 7).await.unwrap()
}

#[tokio::test]
async fn s1_9_a_row_offers_what_its_viewer_may_do() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let member = joined(&world, id_of(&team)).await;
    let page = ada.get(&format!("{team}/members")).await;
    for slug in ["role", "deactivation-date", "suspend", "transfer-ownership", "remove"] {
        let path = format!("{team}/members/{}/{slug}", member.id);
        assert!(page.html.contains(&path), "{slug}");
        assert_eq!(ada.get(&path).await.status, StatusCode::OK, "{slug}");
    }
    let not_offered = ada.get(&format!("{team}/members/{}/allocate-seat", member.id)).await;
    assert_eq!(not_offered.status, StatusCode::FORBIDDEN);
    let role_page = format!("{team}/members/{}/role", member.id);
    let changed = ada.post(&role_page, &role_page, &[("role", "admin")]).await;
    assert_eq!(changed.location, Some(format!("{team}/members?done=role-changed&of={}", member.id)));
    let date_page = format!("{team}/members/{}/deactivation-date", member.id);
    let past = ada.post(&date_page, &date_page, &[("at", "2001-01-01")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.html.contains("id=\"at-problem\""), "{}", past.html);
    let removed = ada.post(&role_page, &format!("{team}/members/{}/remove", member.id), &[]).await;
    assert_eq!(removed.location, Some(format!("{team}/members?done=removed")));
    let log = ada.get(&format!("{team}/log")).await;
    for sentence in
        ["Ada removed Person 7", "Ada changed the role of Person 7", "<del>Member</del>", "<ins>Admin</ins>"]
    {
        assert!(log.html.contains(sentence), "{sentence}: {}", log.html);
    }
    for part in
        ["<optgroup label=\"People\">", "<option value=\"organization-branded\">Changed looks and senders</option>"]
    {
        assert!(log.html.contains(part), "{part}: {}", log.html);
    }
    let only = ada.get(&format!("{team}/log?event=member-removed")).await.html;
    assert!(only.contains("<option value=\"member-removed\" selected>"), "{only}");
    assert!(only.contains("Ada removed Person 7") && !only.contains("Ada changed the role"), "{only}");
}

#[tokio::test]
async fn filters_that_nobody_fits_say_so_and_lead_back() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let everybody = format!("<a href=\"{team}/members\">Show all</a>");
    for (asked, told) in [("status=suspended", "No member fits these filters."), ("q=zzz", "contains “zzz”")] {
        let page = ada.get(&format!("{team}/members?{asked}")).await.html;
        assert!(page.contains(told) && page.contains(&everybody), "{asked}: {page}");
        assert!(!page.contains("There are no more members."), "{asked}: {page}");
    }
    let sorted = ada.get(&format!("{team}/members?sort=newest")).await.html;
    assert!(!sorted.contains("No member fits these filters."), "{sorted}");
}

#[tokio::test]
async fn the_last_address_that_was_verified_is_not_offered_to_be_given_up() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let another = [("email", "lovelace@example.org"), ("do", "add")];
    let added = ada.post("/profile", "/profile/addresses", &another).await;
    assert_eq!(added.location.as_deref(), Some("/profile?done=address-added"), "{}", added.html);
    let page = ada.get("/profile").await.html;
    assert!(page.contains("Remove<span class=\"unseen\">: lovelace@example.org"), "{page}");
    assert_eq!(page.matches("name=\"do\" value=\"remove\"").count(), 1, "{page}");
}

#[tokio::test]
async fn a_long_history_of_a_member_goes_on_in_the_log() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let member = joined(&world, id_of(&team)).await;
    let page = format!("{team}/members/{}", member.id);
    let about = format!("{team}/log?about={}", member.id);
    let way = format!("href=\"{about}\"");
    assert!(!ada.get(&page).await.html.contains(&way), "a short one is there as a whole");
    let role = format!("{page}/role");
    for given in ["admin", "member"].into_iter().cycle().take(20) {
        ada.post(&role, &role, &[("role", given)]).await;
    }
    let shown = ada.get(&page).await.html;
    assert!(shown.contains(&way), "{shown}");
    let log = ada.get(&about).await.html;
    assert!(log.contains("Only about Person 7") && !log.contains("Ada created the organization"), "{log}");
    assert_eq!(log.matches("Ada changed the role of Person 7").count(), 20, "{log}");
    let both = ada.get(&format!("{about}&event=member-role-changed")).await.html;
    let kept = format!("name=\"about\" value=\"{}\"", member.id);
    for part in ["Ada changed the role of Person 7", &kept, "/log?event=member-role-changed\""] {
        assert!(both.contains(part), "{part}: {both}");
    }
}

/// The form of the notice that takes back what was done: everything up to its end.
fn undo_of(html: &str) -> &str {
    let form = html.split("class=\"undo\"").nth(1).unwrap_or_default();
    form.split("</form>").next().unwrap_or_default()
}

#[tokio::test]
async fn s1_9_a_role_and_a_date_are_put_back_by_one_press() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let id = id_of(&team);
    let member = joined(&world, id).await;
    let present = || memory.dump().organizations[&id].members[&member.id].clone();
    let (role_page, date_page) =
        (format!("{team}/members/{}/role", member.id), format!("{team}/members/{}/deactivation-date", member.id));

    let changed = ada.post(&role_page, &role_page, &[("role", "admin")]).await.location.unwrap();
    let offered = ada.get(&changed).await.html;
    let undo = undo_of(&offered);
    assert!(undo.contains(&role_page) && undo.contains("name=\"role\" value=\"member\""), "{undo}");
    ada.post(&changed, &role_page, &[("role", "member")]).await;
    assert_eq!(present().role.as_str(), "member");

    for (at, former) in [("2100-01-31", ""), ("2100-02-01", "2100-01-31"), ("", "2100-02-01")] {
        let changed = ada.post(&date_page, &date_page, &[("at", at)]).await.location.unwrap();
        let offered = ada.get(&changed).await.html;
        let undo = undo_of(&offered);
        assert!(undo.contains(&format!("name=\"at\" value=\"{former}\"")), "{at}: {undo}");
    }
    ada.post(&date_page, &date_page, &[("at", "2100-02-01")]).await;
    let at = present().deactivates_at.map(|at| at.date().to_string());
    assert_eq!(at.as_deref(), Some("2100-02-01"));

    // A link that somebody else made offers nothing that the viewer did not do last.
    let other = world.found("team", 5).await;
    let foreign = format!("{team}/members?done=role-changed&of={}", other.owner);
    assert_eq!(undo_of(&ada.get(&foreign).await.html), "");
    // Whoever is gone meanwhile has no role to be put back, and a role that is none says so.
    let none = ada.post(&changed, &role_page, &[("role", "emperor")]).await;
    assert!(none.status.is_client_error() && none.html.contains("role=\"alert\""), "{}", none.html);
    ada.post(&role_page, &format!("{team}/members/{}/remove", member.id), &[]).await;
    let gone = ada.post(&format!("{team}/members"), &role_page, &[("role", "member")]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.html.contains("<h1>"), "{}", gone.html);
}

#[tokio::test]
async fn whoever_is_not_signed_in_chooses_a_language_and_an_invitation_speaks_its_own() {
    let (world, _, router) = world();
    let mut eve = browser(&router);
    assert!(eve.get("/sign-in").await.html.contains("<html lang=\"en\""));
    let team = world.found("team", 5).await;
    let french = membership_core::language::Language::French;
    let offer = NewOffer { language: Some(french), ..NewOffer::to(address(6)).with_role(role("member")) };
    let view = world.memberships.invite(team.id, team.owner, offer).await.unwrap();
    eve.get(&format!("/i/{}", world.link(team.id, &view))).await;
    assert!(eve.get("/invitation").await.html.contains("<html lang=\"fr\""), "nobody has said otherwise");
    let refused = eve.post("/invitation", "/invitation", &[("name", "")]).await;
    assert!(refused.html.contains("<html lang=\"fr\""), "{}", refused.html);

    let chosen = eve.post("/sign-in", "/language", &[("language", "en"), ("back", "/invitation")]).await;
    assert_eq!(chosen.location.as_deref(), Some("/invitation"));
    assert!(eve.get("/invitation").await.html.contains("<html lang=\"en\""), "the browser's choice comes first");
    eve.post("/sign-in", "/language", &[("language", "fr"), ("back", "//evil.test")]).await;
    for path in ["/sign-in", "/sign-up", "/set-up", "/join", "/nowhere"] {
        let page = eve.get(path).await;
        assert!(page.html.contains("<html lang=\"fr\""), "{path}: {}", page.html);
    }
    let strange = eve.post("/sign-in", "/language", &[("language", "tlh"), ("back", "/sign-in")]).await;
    assert_eq!(strange.location.as_deref(), Some("/sign-in"));
    assert!(eve.get("/sign-in").await.html.contains("<html lang=\"fr\""), "what is no language changes nothing");
}

#[tokio::test]
async fn s1_4_an_organization_is_deleted_by_typing_its_name() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "account").await;
    let (settings, delete) = (format!("{team}/settings"), format!("{team}/settings/delete"));
    let wrong = ada.post(&settings, &delete, &[("confirm_name", "Acne")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ada.get(&format!("{team}/seats")).await.status, StatusCode::OK);
    let done = ada.post(&settings, &delete, &[("confirm_name", "Acme")]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=deleted"));
    assert_eq!(ada.get(&team).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn s0_6_a_seat_that_is_given_or_taken_twice_is_given_or_taken_once() {
    let (world, memory, router) = world();
    let (mut ada, group) = owner(&world, &router, "group_subscription").await;
    let member = memory.dump().organizations[&id_of(&group)].members.values().next().unwrap().id.to_string();
    let seats = format!("{group}/seats");
    let (allocate, release) =
        (format!("{group}/members/{member}/allocate-seat"), format!("{group}/members/{member}/release-seat"));
    let told = |there: &str, done: &str| format!("{there}?done={done}&of={member}");
    for _ in 0..2 {
        let given = ada.post(&seats, &seats, &[("member", &member)]).await;
        assert_eq!(given.location, Some(format!("{seats}?done=seats-allocated")), "{}", given.html);
    }
    for _ in 0..2 {
        let taken = ada.post(&seats, &release, &[("back", &seats)]).await;
        assert_eq!(taken.location, Some(told(&seats, "seat-released")), "{}", taken.html);
    }
    for _ in 0..2 {
        let given = ada.post(&seats, &allocate, &[("back", &seats)]).await;
        assert_eq!(given.location, Some(told(&seats, "seat-allocated")), "{}", given.html);
    }
    // One press takes it back, and leads to the seats again.
    for (done, undo) in [("seat-allocated", &release), ("seat-released", &allocate)] {
        let page = ada.get(&told(&seats, done)).await.html;
        let form = undo_of(&page);
        assert!(form.contains(undo) && form.contains(&format!("name=\"back\" value=\"{seats}\"")), "{done}: {page}");
    }
    let log = ada.get(&format!("{group}/log")).await.html;
    assert_eq!(log.matches("Ada allocated a seat to Ada").count(), 2, "{log}");
    assert_eq!(log.matches("Ada released the seat of Ada").count(), 1, "{log}");
}

#[tokio::test]
async fn s0_13_only_the_operator_sells_seats() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "group_subscription").await;
    let id = id_of(&team);
    let page = format!("/operator/organizations/{id}");
    let set = ada.post(&page, &format!("{page}/subscription"), &[("seat_limit", "8")]).await;
    assert_eq!(set.location, Some(format!("{page}?done=subscription-set")), "{}", set.html);
    let wrong = ada.post(&page, &format!("{page}/subscription"), &[("seat_limit", "eight")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("value=\"eight\""), "{}", wrong.html);
    let over = [("seat_limit", "9"), ("expires_at", "2001-01-01")];
    let wrong = ada.post(&page, &format!("{page}/subscription"), &over).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("value=\"2001-01-01\""), "{}", wrong.html);
    assert_eq!(memory.dump().organizations[&id].head.seats.limit, Some(8));
    let seats = ada.get(&format!("{team}/seats")).await;
    assert!(seats.html.contains("Allocate a seat") && seats.html.contains("<dd>8</dd>"), "{}", seats.html);
    let fields = [("name", "New"), ("owner_email", "owner@example.org"), ("preset", "account"), ("language", "fr")];
    let new = "/operator/organizations/new";
    let founded = ada.post(new, new, &fields).await;
    let there = founded.location.unwrap();
    assert!(there.starts_with("/operator/organizations/") && there.ends_with("?done=organization-awaits-owner"));
    let of_acme = format!("\"{page}\"");
    for (asked, found, not) in
        [("q=NE", "New", &*of_acme), ("q=acme", &*of_acme, ">New<"), ("", &*of_acme, "nothing is")]
    {
        let list = ada.get(&format!("/operator?{asked}")).await.html;
        assert!(list.contains(found) && !list.contains(not), "{asked}: {list}");
    }

    let mut eve = browser(&router);
    let other = world.found("team", 5).await;
    let link = world.link(other.id, &world.invite(other.id, other.owner, 6, "member").await);
    eve.get(&format!("/i/{link}")).await;
    eve.post("/invitation", "/invitation", &[("name", "Eve")]).await;
    for path in ["/operator", new, &page, "/operator/keys", "/operator/keys/new"] {
        assert_eq!(eve.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn s0_13_what_was_sold_in_another_window_is_shown_beside_what_was_typed() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "group_subscription").await;
    let (page, action) = (format!("/operator{team}"), format!("/operator{team}/subscription"));
    let seen = version_of(&ada.get(&page).await.html);
    world.limit_seats(id_of(&team), Some(8)).await;
    let mine = [("plan", "Gold"), ("seat_limit", "5"), ("version", seen.as_str())];
    let stale = ada.post(&page, &action, &mine).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    for part in ["changed this meanwhile", "it is now “8”", "value=\"5\"", "it is now “–”", "value=\"Gold\""]
    {
        assert!(stale.html.contains(part), "{part}: {}", stale.html);
    }
    assert_eq!(memory.dump().organizations[&id_of(&team)].head.seats.limit, Some(8));
    // The next press decides.
    let now = version_of(&stale.html);
    let mine = [("plan", "Gold"), ("seat_limit", "5"), ("version", now.as_str())];
    let sold = ada.post(&page, &action, &mine).await;
    assert_eq!(sold.location, Some(format!("{page}?done=subscription-set")), "{}", sold.html);
    assert_eq!(memory.dump().organizations[&id_of(&team)].head.seats.limit, Some(5));
}

#[tokio::test]
async fn every_page_speaks_french() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "group_subscription").await;
    let saved = ada.post("/profile", "/profile", &[("name", "Ada"), ("language", "fr")]).await;
    assert_eq!(saved.location.as_deref(), Some("/profile?done=profile-saved"));
    for path in ["", "/members", "/invite", "/seats", "/settings", "/log"] {
        let page = ada.get(&format!("{team}{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.html.contains("<html lang=\"fr\"") && page.html.contains("Mes organisations"), "{path}");
    }
}

#[tokio::test]
async fn a_sign_up_is_completed_by_mail_and_password() {
    let (world, memory, router) = world();
    let mut ada = browser(&router);
    let short = ada.post("/sign-up", "/sign-up", &[("name", "Ada"), ("email", "ada@"), ("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!short.html.contains("short\""), "a password is never shown again");
    let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
    let sent = ada.post("/sign-up", "/sign-up", &fields).await;
    assert_eq!(sent.location.as_deref(), Some("/sign-up/sent"));
    let sign_up = *memory.dump().sign_ups.keys().next().unwrap();
    let link = membership_core::secret::Link::to_sign_up(sign_up);
    let link = membership_core::secret::LinkSigner::sign(world.links.as_ref(), &link);
    let mut browser = browser(&router);
    browser.get(&format!("/verify/{}", link.expose_secret())).await;
    let wrong = browser.post("/verify", "/verify", &[("password", "something else entirely")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser.post("/verify", "/verify", &[("password", PASSWORD)]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=verified"), "{}", done.html);
    let home = browser.get("/organizations?done=verified").await;
    assert!(home.html.contains("You do not belong to any organization yet"));
}

#[tokio::test]
async fn the_development_mailbox_says_what_it_is_and_shuts_mails_off() {
    let (world, _, _) = world();
    let mail = KeptMail {
        id: MessageId(world.random.id()),
        to: "bob@example.org".to_owned(),
        subject: "Join <Acme>".to_owned(),
        text: "Open http://localhost:8080/i/mli_A.".to_owned(),
        html: "<html><head></head><body>Join</body></html>".to_owned(),
        at: world.now(),
    };
    world.stores.mailbox.keep(&mail).await.unwrap();
    let web = Web {
        accounts: world.accounts.clone(),
        public_url: "http://localhost:8080".to_owned(),
        elsewhere: None,
        mailbox: Some(world.stores.mailbox.clone()),
        limits: Limits::default(),
        evenly: Evenly::at_once(),
        operator_contact: None,
    };
    let router = pages(web);
    let mut ada = browser(&router);
    let page = ada.get("/dev/mailbox").await;
    let link = "<a href=\"http://localhost:8080/i/mli_A\">";
    for part in ["This is a development mailbox", "Join &#60;Acme&#62;", link, "sandbox="] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let json: serde_json::Value = serde_json::from_str(&ada.get("/dev/mailbox.json").await.html).unwrap();
    assert_eq!(json[0]["to"], "bob@example.org");
    assert_eq!(json[0]["id"], mail.id.to_string());
    let request = Request::get(format!("/dev/mailbox/{}.html", mail.id)).body(Body::empty()).unwrap();
    let part = router.oneshot(request).await.unwrap();
    assert!(part.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("sandbox"));
}

#[tokio::test]
async fn the_stylesheet_is_kept_for_good() {
    let (_, _, router) = world();
    let mut ada = browser(&router);
    let page = ada.get("/sign-in").await;
    let address = page.html.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let css = ada.get(&address).await;
    assert!(css.status == StatusCode::OK && css.html.contains("--accent"));
}

fn all() -> membership_core::port::MemberQuery {
    membership_core::port::MemberQuery { limit: 10, ..Default::default() }
}

#[tokio::test]
async fn s0_1_the_operator_invites_an_owner_anew_who_did_not_come() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let fields = [("name", "New"), ("owner_email", "mistyped@example.org"), ("preset", "account"), ("language", "en")];
    let new = "/operator/organizations/new";
    let page = ada.post(new, new, &fields).await.location.unwrap().split('?').next().unwrap().to_owned();
    let id: OrganizationId = page.rsplit('/').next().unwrap().parse().unwrap();
    let outstanding = || {
        let now = world.now();
        let invitations = memory.dump().organizations[&id].invitations.clone();
        let addresses = invitations.values().filter(|it| it.is_outstanding(now)).map(|it| it.email.to_string());
        addresses.collect::<Vec<_>>()
    };
    let shown = ada.get(&page).await.html;
    for part in ["The owner it awaits", "<bdi>mistyped@example.org</bdi>", "Pending", "Can be accepted until"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let action = format!("{page}/owner-invitation");
    let wrong = ada.post(&page, &action, &[("owner_email", "bob")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("value=\"bob\""), "{}", wrong.html);
    assert_eq!(outstanding(), ["mistyped@example.org"]);
    let sent = ada.post(&page, &action, &[("owner_email", "bob@example.org")]).await;
    assert_eq!(sent.location, Some(format!("{page}?done=owner-invited")), "{}", sent.html);
    assert_eq!(outstanding(), ["bob@example.org"]);
    world.pass(time::Duration::days(8));
    let shown = ada.get(&page).await.html;
    assert!(shown.contains("<bdi>bob@example.org</bdi>") && shown.contains("Expired"), "{shown}");
    let sent = ada.post(&page, &action, &[("owner_email", "eve@example.org")]).await;
    assert_eq!(sent.location, Some(format!("{page}?done=owner-invited")), "{}", sent.html);
    assert_eq!(outstanding(), ["eve@example.org"]);

    let own = format!("/operator{team}");
    assert!(!ada.get(&own).await.html.contains("The owner it awaits"), "it has its owner");
    let refused = ada.post(&own, &format!("{own}/owner-invitation"), &[("owner_email", "bob@example.org")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.html.contains("The owner cannot be changed"), "{}", refused.html);
}

#[tokio::test]
async fn s0_14_the_operator_puts_another_owner_in_the_place_of_a_lost_one() {
    let (world, memory, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let other = world.found("group_subscription", 5).await;
    let member = world.join(&other, 6, "member").await;
    let page = format!("/operator/organizations/{}", other.id);
    let nobody = ada.post(&page, &format!("{page}/owner"), &[("email", "nobody@example.org")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.html.contains("Nobody in this organization has this address"), "{}", nobody.html);
    let address = member.email.as_ref().unwrap().to_string();
    let done = ada.post(&page, &format!("{page}/owner"), &[("email", &address)]).await;
    assert_eq!(done.location, Some(format!("{page}?done=owner-reassigned")), "{}", done.html);
    assert_eq!(memory.dump().organizations[&other.id].head.organization.owner, Some(member.id));
    assert!(ada.get(&page).await.html.contains(member.name.as_str()));
}

#[tokio::test]
async fn a_key_of_the_operator_is_made_shown_once_and_revoked() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let (keys, new) = ("/operator/keys", "/operator/keys/new");
    assert!(ada.get(keys).await.html.contains("There are no keys"));
    let none = ada.post(new, new, &[("name", "Billing")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "a key that may do nothing is none");
    let fields = [("name", "Billing"), ("scopes", "operator:subscriptions"), ("days", "30")];
    let made = ada.post(new, new, &fields).await;
    assert!(made.status == StatusCode::OK && made.html.contains("Keep it where only the program finds it"));
    let listed = ada.get(keys).await.html;
    assert!(listed.contains("Billing") && listed.contains("Made by the operator"), "{listed}");
    let revoke = listed.split("href=\"").find(|it| it.contains("/revoke\"")).unwrap().split('"').next().unwrap();
    let done = ada.post(revoke, revoke, &[]).await;
    assert_eq!(done.location.as_deref(), Some("/operator/keys?done=key-revoked"));
    assert!(ada.get(keys).await.html.contains("Revoked"));
}

#[tokio::test]
async fn x_3_several_members_are_tried_first_and_each_has_an_outcome() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let id = id_of(&team);
    let mut ids = Vec::new();
    for (address, role) in [("bob@example.org", "member"), ("eve@example.org", "member")] {
        let invite = format!("{team}/invite");
        let fields = [("addresses", address), ("role", role), ("deliver", "hand")];
        let shown = ada.post(&invite, &invite, &fields).await.html;
        let mut guest = browser(&router);
        guest.get(&shown_link(&shown, "/i/")).await;
        guest.post("/invitation", "/invitation", &[("name", address)]).await;
        ids.push(memory.dump().organizations[&id].members.values().find(|it| it.name.as_str() == address).unwrap().id);
    }
    let own = memory.dump().organizations[&id].head.organization.owner.unwrap();
    let (members, several) = (format!("{team}/members"), format!("{team}/members/several"));
    let list = ada.get(&members).await.html;
    assert!(list.contains(&format!("name=\"member\" value=\"{}\"", ids[0])), "{list}");
    assert!(!list.contains(&format!("name=\"member\" value=\"{own}\"")), "nothing can be done to the owner");
    let ticked = [ids[0].to_string(), own.to_string(), ids[1].to_string()];
    let mut fields: Vec<_> = ticked.iter().map(|it| ("member", it.as_str())).collect();
    fields.push(("do", "suspend"));
    let before = memory.dump();
    let asked = ada.post(&members, &several, &fields).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.html);
    assert!(asked.html.contains("Suspend 2 members?") && asked.html.contains("One is left out"), "{}", asked.html);
    assert_eq!(*memory.dump(), *before, "asking changes nothing");
    fields.push(("sure", "yes"));
    let done = ada.post(&members, &several, &fields).await;
    assert!(done.html.contains("2 members suspended") && done.html.contains("One is left out"), "{}", done.html);
    let status = |id| memory.dump().organizations[&id_of(&team)].members[&id].status;
    assert!(ids.iter().all(|id| status(*id) == membership_core::member::MemberStatus::Suspended));
    let both: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let mut fields: Vec<_> = both.iter().map(|it| ("member", it.as_str())).collect();
    fields.extend([("do", "role-admin"), ("sure", "yes")]);
    let roles = ada.post(&members, &several, &fields).await;
    assert_eq!(roles.location, Some(format!("{members}?done=several-done")), "{}", roles.html);
    let role = |id| memory.dump().organizations[&id_of(&team)].members[&id].role.to_string();
    assert!(ids.iter().all(|id| role(*id) == "admin"));
    let none = ada.post(&members, &several, &[("do", "remove")]).await;
    assert_eq!(none.location, Some(format!("{members}?done=none-chosen")));
    for strange in ["nothing", "role-", "transfer-ownership"] {
        let status = ada.post(&members, &several, &[("do", strange), ("member", &both[0])]).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{strange}");
    }
}

#[tokio::test]
async fn s3_7_several_invitations_are_withdrawn_at_once() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let (invite, invitations) = (format!("{team}/invite"), format!("{team}/invitations"));
    let fields = [("addresses", "bob@example.org, eve@example.org"), ("role", "member"), ("deliver", "mail")];
    ada.post(&invite, &invite, &fields).await;
    let ids: Vec<_> = memory.dump().organizations[&id_of(&team)].invitations.keys().map(ToString::to_string).collect();
    let mut fields: Vec<_> = ids.iter().map(|it| ("invitation", it.as_str())).collect();
    fields.push(("do", "revoke"));
    let asked = ada.post(&invitations, &format!("{invitations}/several"), &fields).await;
    assert!(asked.html.contains("Withdraw 2 invitations?") && asked.html.contains("bob@example.org"), "{}", asked.html);
    fields.push(("sure", "yes"));
    let done = ada.post(&invitations, &format!("{invitations}/several"), &fields).await;
    assert_eq!(done.location, Some(format!("{invitations}?done=several-done")), "{}", done.html);
    let states = memory.dump().organizations[&id_of(&team)].invitations.values().map(|it| it.state).collect::<Vec<_>>();
    assert_eq!(states, [InvitationState::Revoked; 2]);
}

#[tokio::test]
async fn s3_7_whoever_let_an_invitation_end_is_invited_again_from_where_it_ended() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let (invite, invitations) = (format!("{team}/invite"), format!("{team}/invitations"));
    let fields = [("addresses", "bob@example.org"), ("role", "admin"), ("deliver", "mail")];
    ada.post(&invite, &invite, &fields).await;
    let id = memory.dump().organizations[&id_of(&team)].invitations.keys().next().unwrap().to_string();
    let again = format!("{invite}?again={id}");
    assert!(!ada.get(&invitations).await.html.contains(&again), "one that is outstanding is sent again instead");
    world.pass(time::Duration::days(30));
    let fields_of_sign_in = [("login", "ada@example.org"), ("password", PASSWORD)];
    ada.post("/sign-in", "/sign-in", &fields_of_sign_in).await;
    let expired = ada.get(&format!("{invitations}?tab=expired")).await.html;
    assert!(expired.contains(&again) && expired.contains("Invite again"), "{expired}");
    let form = ada.get(&again).await.html;
    assert!(form.contains("bob@example.org</textarea>"), "{form}");
    let role = form.split("value=\"admin\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(role.contains("checked"), "the role is the one that was offered: {form}");
    let unknown = ada.get(&format!("{invite}?again=0190f5a0-0000-7000-8000-000000000000")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let another_form = ("request_id", "0190f5a0-0000-7000-8000-00000000000a");
    let done = ada.post(&again, &invite, &[&fields[..], &[another_form]].concat()).await;
    assert_eq!(done.location, Some(format!("{team}/members?done=invited#invitations")), "{}", done.html);
    assert_eq!(memory.dump().organizations[&id_of(&team)].invitations.len(), 2);
}
