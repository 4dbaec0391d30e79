//! What was just done to groups, programs, sessions and shares of records is taken back by one press, without a script
//! (S2.2, S2.4, S2.10, S2.11, S2.13, S3.4).

#![expect(clippy::unwrap_used, reason = "a page that leads nowhere is a failed test")]

use http::StatusCode;
use membership_core::command::{ChangeSession, PutRecord, RenameGroup, SessionTerms};
use membership_core::draft::Actor;
use membership_core::id::{GroupId, MemberId, ProgramId, SessionId};
use membership_core::name::GroupName;
use membership_core::program::{Program, Session};
use membership_core::resource::{Holder, Level, ResourceName};
use membership_testkit::MemoryStore;
use time::Duration;

use crate::browser::{Browser, Shown, adds, id_of, makes, owner, world};
use crate::{joined, undo_of};

/// The last part of an address.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn text_between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    html.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap_or_default()
}

/// The form of a notice as a browser would send it: where it goes, and its fields.
fn form_of(html: &str) -> (String, Vec<(String, String)>) {
    let form = undo_of(html);
    assert!(!form.is_empty(), "nothing can be taken back: {html}");
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1).map(|field| {
        let (name, rest) = field.split_once('"').unwrap();
        (name.to_owned(), text_between(rest, "value=\"", "\"").to_owned())
    });
    (text_between(form, "action=\"", "\"").to_owned(), fields.collect())
}

async fn sends(ada: &mut Browser, (action, fields): &(String, Vec<(String, String)>)) -> Shown {
    let (tokens, others): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| name == "form_token");
    let others: Vec<_> = others.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ada.post_with(action, &tokens.first().unwrap().1, &others).await
}

/// Opens the page that says what was done, takes it back, and says where that leads.
async fn takes_back(ada: &mut Browser, told: &str) -> String {
    let page = ada.get(told).await.html;
    let sent = sends(ada, &form_of(&page)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{told}: {}", sent.html);
    sent.location.unwrap()
}

/// Sends a form, and says where it leads.
async fn leads(ada: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let sent = ada.post(page, action, fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    sent.location.unwrap()
}

async fn offers_nothing(ada: &mut Browser, told: &str) {
    let page = ada.get(told).await;
    assert_eq!((page.status, undo_of(&page.html)), (StatusCode::OK, ""), "{told}: {}", page.html);
}

/// A group, and where it is.
async fn group_named(ada: &mut Browser, team: &str, name: &str) -> String {
    let groups = format!("{team}/groups");
    makes(ada, &groups, &groups, &[("name", name)]).await
}

/// A session of a program that nobody attends yet.
async fn session_of(ada: &mut Browser, team: &str) -> String {
    let programs = format!("{team}/programs");
    let program = makes(ada, &programs, &programs, &[("name", "Safety")]).await;
    let fields = [("title", "Spring"), ("starts_at", "2199-05-04T09:00"), ("ends_at", "2199-05-04T17:00")];
    makes(ada, &program, &format!("{program}/sessions"), &fields).await
}

fn present_session(memory: &MemoryStore, team: &str, session: SessionId) -> Session {
    memory.dump().organizations.get(&id_of(team)).and_then(|rows| rows.sessions.get(&session)).unwrap().clone()
}

#[tokio::test]
async fn s2_10_another_name_of_a_group_is_taken_back_by_whoever_gave_it_last() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let organization = id_of(&team);
    let other = joined(&world, organization).await;
    let role = format!("{team}/members/{}/role", other.id);
    leads(&mut ada, &role, &role, &[("role", "admin")]).await;
    let page = group_named(&mut ada, &team, "Early birds").await;
    let group: GroupId = last(&page).parse().unwrap();
    let called = || memory.dump().organizations[&organization].groups[&group].name.to_string();

    let name = format!("{page}/name");
    let told = leads(&mut ada, &page, &name, &[("name", "Night owls"), ("version", "1")]).await;
    assert_eq!((told.clone(), called().as_str()), (format!("{page}?done=group-renamed&of={group}"), "Night owls"));
    let back = takes_back(&mut ada, &told).await;
    assert_eq!(called(), "Early birds");
    takes_back(&mut ada, &back).await;
    assert_eq!(called(), "Night owls", "what was taken back is put again");
    let same = leads(&mut ada, &page, &name, &[("name", "Night owls"), ("version", "4")]).await;
    assert_eq!(same, format!("{page}?done=group-renamed"), "the same name leaves nothing to take back");

    // What somebody else did since is neither offered nor overwritten.
    let stale = form_of(&ada.get(&told).await.html);
    let rename = RenameGroup {
        organization,
        by: Actor::User(other.user.unwrap()),
        group,
        name: GroupName::parse("Larks").unwrap(),
        expected: None,
    };
    world.memberships.execute(&rename).await.unwrap();
    let refused = sends(&mut ada, &stale).await;
    assert_eq!((refused.status, called().as_str()), (StatusCode::PRECONDITION_FAILED, "Larks"), "{}", refused.html);
    assert!(refused.html.contains("it is now “Larks”"), "{}", refused.html);
    offers_nothing(&mut ada, &told).await;
}

#[tokio::test]
async fn s2_11_who_came_into_a_group_or_left_it_is_put_back_on_its_page_and_on_the_members() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let grace = adds(&mut ada, &team, "Grace").await;
    let (page, other) = (group_named(&mut ada, &team, "Larks").await, group_named(&mut ada, &team, "Owls").await);
    let (group, member): (GroupId, MemberId) = (last(&page).parse().unwrap(), last(&grace).parse().unwrap());
    let is_in = || memory.dump().organizations[&id_of(&team)].group_members.contains_key(&(group, member));
    let (joined, left) = (format!("?done=group-joined&of={member}"), format!("?done=group-left&of={member}"));

    let (members, id) = (format!("{page}/members"), member.to_string());
    let told = leads(&mut ada, &page, &members, &[("member", &id), ("do", "in")]).await;
    assert_eq!((told.clone(), is_in()), (format!("{page}{joined}"), true));
    let told = takes_back(&mut ada, &told).await;
    assert_eq!((told.clone(), is_in()), (format!("{page}{left}"), false));
    assert_eq!((takes_back(&mut ada, &told).await, is_in()), (format!("{page}{joined}"), true));
    // The page of another group has nothing to do with it, and what is not the last is no more than told.
    offers_nothing(&mut ada, &format!("{other}{joined}")).await;
    offers_nothing(&mut ada, &format!("{page}{left}")).await;

    let told = leads(&mut ada, &grace, &members, &[("member", &id), ("do", "out"), ("back", &grace)]).await;
    assert_eq!((told.clone(), is_in()), (format!("{grace}{left}"), false));
    assert_eq!((takes_back(&mut ada, &told).await, is_in()), (format!("{grace}{joined}"), true));
    takes_back(&mut ada, &format!("{grace}{joined}")).await;
    let told = leads(&mut ada, &grace, &format!("{grace}/groups"), &[("group", last(&page))]).await;
    assert_eq!((takes_back(&mut ada, &told).await, is_in()), (format!("{grace}{left}"), false));
}

#[tokio::test]
async fn s2_4_a_change_of_a_program_is_taken_back_with_all_its_fields() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let group = group_named(&mut ada, &team, "Larks").await;
    let programs = format!("{team}/programs");
    let before =
        [("name", "Safety"), ("message", "Bring a coat.\nAnd tea."), ("language", "fr"), ("groups", last(&group))];
    let page = makes(&mut ada, &programs, &programs, &before).await;
    let id: ProgramId = last(&page).parse().unwrap();
    let present = || memory.dump().organizations[&id_of(&team)].programs[&id].clone();
    let former = present();

    let told = leads(&mut ada, &page, &page, &[("name", "Danger"), ("version", "1")]).await;
    assert_eq!(told, format!("{page}?done=program-saved&of={id}"));
    assert!(present().groups.is_empty() && present().message.is_none() && present().language.is_none());
    takes_back(&mut ada, &told).await;
    assert_eq!(present(), Program { version: 3, ..former });

    let told = leads(&mut ada, &page, &page, &[("name", "Safety"), ("version", "3")]).await;
    let delete = format!("{group}/delete");
    leads(&mut ada, &delete, &delete, &[]).await;
    offers_nothing(&mut ada, &told).await;
}

#[tokio::test]
async fn s2_13_another_title_or_other_dates_of_a_session_are_taken_back_exactly() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let organization = id_of(&team);
    let other = joined(&world, organization).await;
    let page = session_of(&mut ada, &team).await;
    let id: SessionId = last(&page).parse().unwrap();
    let present = || present_session(&memory, &team, id);
    let former = present();

    let fields = |version| {
        let dates = [("starts_at", "2199-06-04T10:30"), ("ends_at", "2199-06-05T17:00")];
        [&[("title", "Summer"), ("version", version)][..], &dates[..]].concat()
    };
    let told = leads(&mut ada, &page, &page, &fields("1")).await;
    assert_eq!(told, format!("{page}?done=session-saved&of={id}"));
    takes_back(&mut ada, &told).await;
    assert_eq!(present(), Session { version: 3, ..former.clone() });
    let untouched = [("title", "Spring"), ("starts_at", "2199-05-04T09:00"), ("ends_at", "2199-05-04T17:00")];
    let same = leads(&mut ada, &page, &page, &untouched).await;
    assert_eq!(same, format!("{page}?done=session-saved"));

    // A time with parts of a second is kept while it stays, and is not offered once it was moved.
    let role = format!("{team}/members/{}/role", other.id);
    leads(&mut ada, &role, &role, &[("role", "admin")]).await;
    let starts_at = former.starts_at + Duration::microseconds(1_500_000);
    let terms = SessionTerms { title: former.title.clone(), starts_at, ends_at: former.ends_at };
    let by = Actor::User(other.user.unwrap());
    let change = ChangeSession { organization, by, session: id, terms, expected: None };
    world.memberships.execute(&change).await.unwrap();
    offers_nothing(&mut ada, &told).await;
    let other_title = [("title", "Lent"), ("starts_at", "2199-05-04T09:00"), ("ends_at", "2199-05-04T17:00")];
    leads(&mut ada, &page, &page, &other_title).await;
    takes_back(&mut ada, &told).await;
    assert_eq!((present().title, present().starts_at), (former.title, starts_at));
    leads(&mut ada, &page, &page, &fields("6")).await;
    offers_nothing(&mut ada, &told).await;
}

#[tokio::test]
async fn s2_13_who_was_enrolled_in_a_session_or_taken_out_is_put_back() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let grace = adds(&mut ada, &team, "Grace").await;
    let (one, two) = (group_named(&mut ada, &team, "Larks").await, group_named(&mut ada, &team, "Owls").await);
    let page = session_of(&mut ada, &team).await;
    let (id, member): (SessionId, MemberId) = (last(&page).parse().unwrap(), last(&grace).parse().unwrap());
    let group: GroupId = last(&one).parse().unwrap();
    let by_name = || memory.dump().organizations[&id_of(&team)].enrolments.contains_key(&(id, member));
    let groups = || present_session(&memory, &team, id).groups;
    let enrolments = format!("{page}/enrolments");

    let told = leads(&mut ada, &page, &enrolments, &[("member", last(&grace))]).await;
    assert_eq!((told.clone(), by_name()), (format!("{page}?done=enrolled&of={member}"), true));
    let told = takes_back(&mut ada, &told).await;
    assert_eq!((told.clone(), by_name()), (format!("{page}?done=withdrawn&of={member}"), false));
    takes_back(&mut ada, &told).await;
    assert!(by_name());

    let told = leads(&mut ada, &page, &enrolments, &[("groups", last(&one))]).await;
    assert_eq!((told.clone(), groups()), (format!("{page}?done=enrolled&of={id}"), vec![group]));
    let told = takes_back(&mut ada, &told).await;
    assert_eq!((told.clone(), groups()), (format!("{page}?done=withdrawn&of={id}"), vec![]));
    takes_back(&mut ada, &told).await;
    assert_eq!(groups(), [group]);
    leads(&mut ada, &page, &format!("{page}/groups/{group}/withdrawal"), &[]).await;
    let several = leads(&mut ada, &page, &enrolments, &[("groups", last(&one)), ("groups", last(&two))]).await;
    assert_eq!(several, format!("{page}?done=enrolled"), "of several, one press would take back one");
}

#[tokio::test]
async fn s3_4_a_share_and_a_restriction_are_taken_back() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let organization = id_of(&team);
    let own = memory.dump().organizations[&organization].members.values().find_map(|it| it.user).unwrap();
    let grace = adds(&mut ada, &team, "Grace").await;
    let group = group_named(&mut ada, &team, "Larks").await;
    let resource = ResourceName::parse("report", "1").unwrap();
    let put =
        PutRecord { organization, by: Actor::User(own), resource: resource.clone(), restricted: false, expected: None };
    world.memberships.execute(&put).await.unwrap();
    let page = format!("{team}/records/report/1");
    let (shares, end) = (format!("{page}/shares"), format!("{page}/shares/end"));
    for (kind, id) in [("member", last(&grace)), ("group", last(&group))] {
        let holder = Holder::of(kind, id.parse().unwrap()).unwrap();
        let level = || {
            let dump = memory.dump();
            dump.organizations[&organization].shares.get(&(resource.clone(), holder)).map(|it| it.level)
        };
        let told = leads(&mut ada, &page, &shares, &[(kind, id), ("level", "view")]).await;
        assert_eq!((told.clone(), level()), (format!("{page}?done=record-shared&of={id}"), Some(Level::View)));
        let told = takes_back(&mut ada, &told).await;
        assert_eq!((told.clone(), level()), (format!("{page}?done=record-unshared&of={id}"), None));
        takes_back(&mut ada, &told).await;
        assert_eq!(level(), Some(Level::View));
        let told = leads(&mut ada, &page, &shares, &[(kind, id), ("level", "control")]).await;
        takes_back(&mut ada, &told).await;
        assert_eq!(level(), Some(Level::View), "the former level");
        let told = leads(&mut ada, &page, &end, &[(kind, id)]).await;
        takes_back(&mut ada, &told).await;
        assert_eq!(level(), Some(Level::View));
    }
    // Of another share than the last one nothing is offered.
    offers_nothing(&mut ada, &format!("{page}?done=record-shared&of={}", last(&grace))).await;

    let restricted = || memory.dump().organizations[&organization].resources[&resource].restricted;
    let told = leads(&mut ada, &page, &format!("{page}/restriction"), &[("restricted", "yes")]).await;
    assert!(told.contains("?done=record-restricted&of=") && restricted(), "{told}");
    let told = takes_back(&mut ada, &told).await;
    assert!(told.contains("?done=record-opened&of=") && !restricted(), "{told}");
}
