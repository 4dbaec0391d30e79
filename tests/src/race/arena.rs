//! An organization whose seats are fought for, and the way in which its policy gives them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::RIVALS;
use super::ledger::Ledger;
use crate::caller::Caller;
use crate::deployment::link_in;

/// When a seat is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// When an administrator invites.
    Inviting,
    /// When a person accepts.
    Joining,
    /// When an administrator gives it to a member.
    ByHand,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Inviting, Self::Joining, Self::ByHand];

    fn preset(self) -> &'static str {
        match self {
            Self::Inviting => "account",
            Self::Joining => "learning_platform",
            Self::ByHand => "group_subscription",
        }
    }
}

/// The organization, with whoever fights there.
pub struct Arena {
    /// When a seat is taken.
    pub kind: Kind,
    /// Its owner.
    pub owner: Caller,
    people: Vec<Caller>,
    /// How many addresses have been tried so far: each round has others.
    invited: AtomicUsize,
}

/// Who makes an attempt.
pub enum Rival {
    /// An address to be invited.
    Address(String),
    /// A person with an invitation.
    Invited(Caller, Uuid),
    /// A member without a seat.
    Member(Uuid),
}

/// A way in which somebody's seat comes free.
pub enum Free {
    /// The invitation is revoked.
    Revoke(Uuid),
    /// The invitation's time is over.
    Expire(Uuid),
    /// The member is removed.
    Remove(Uuid),
    /// The member's seat is taken back.
    Release(Uuid),
    /// The member's date has come.
    Lapse(Uuid),
}

/// Somebody to own all arenas, and as many people as there are rivals; each with an account and a verified address.
pub async fn people(origin: &str) -> (Caller, Vec<Caller>) {
    let host = Caller::owner(origin, "team", "host@example.org", RIVALS + 1).await;
    let emails: Vec<_> = (0..RIVALS).map(|number| format!("person-{number:02}@example.org")).collect();
    let (status, made) = host.post("/invitations/batch", json!({ "emails": emails })).await;
    assert_eq!(status, 200, "{made}");
    let mut mails = Vec::new();
    while mails.len() < RIVALS {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (_, kept) = host.get_from("/dev/mailbox.json").await;
        mails = kept.as_array().expect("a list").clone();
        mails.retain(|it| it["to"].as_str().is_some_and(|to| to.contains("person-")));
    }
    let by = &host;
    let accepting = mails.iter().map(|mail| async move {
        let to = mail["to"].as_str().expect("an address");
        by.accept(link_in(mail["text"].as_str().expect("a text")), to).await
    });
    // A few at a time: more passwords than a few at once are refused.
    let people = futures_util::stream::iter(accepting).buffer_unordered(4).collect().await;
    (host, people)
}

impl Arena {
    /// A new organization in which all of these people are ready for their attempts.
    pub async fn open(kind: Kind, origin: &str, (host, people): &(Caller, Vec<Caller>)) -> Self {
        let form =
            json!({ "name": "Arena", "preset": kind.preset(), "owner_email": "host@example.org", "seat_limit": 1 });
        let (status, made) = Caller::operator(origin).post_to("/api/v1/operator/organizations", form).await;
        assert_eq!(status, 201, "{made}");
        let owner = host.in_organization(made["id"].as_str().expect("an id"));
        let (_, waiting) = owner.get_from("/api/v1/me/invitations").await;
        let (status, owns) = accept(&owner, &waiting["items"][0]["id"]).await;
        assert_eq!(status, 201, "{owns}");
        let people = people.iter().map(|it| it.in_organization(owner.organization())).collect();
        let arena = Self { kind, owner, people, invited: AtomicUsize::new(0) };
        arena.bring_in(&[]).await;
        arena
    }

    /// Who can make an attempt now.
    pub fn rivals(&self, ledger: &Ledger) -> Vec<Rival> {
        match self.kind {
            Kind::Inviting => {
                let first = self.invited.fetch_add(RIVALS, Ordering::Relaxed);
                (first..first + RIVALS).map(|number| Rival::Address(format!("r{number}@example.org"))).collect()
            }
            Kind::Joining => {
                let invited = ledger.pending.iter();
                invited.map(|(id, _, email)| Rival::Invited(self.person(email).clone(), *id)).collect()
            }
            Kind::ByHand => {
                let without = ledger.members.iter().filter(|(_, seat, _)| !seat);
                without.map(|(id, _, _)| Rival::Member(*id)).collect()
            }
        }
    }

    /// One attempt at a seat.
    pub async fn attempt(&self, rival: Rival, origin: &str) -> (u16, Value) {
        match rival {
            Rival::Address(email) => {
                let form = json!({ "email": email, "deliver": "return" });
                self.owner.at(origin).post("/invitations", form).await
            }
            Rival::Invited(person, id) => accept(&person.at(origin), &json!(id)).await,
            Rival::Member(id) => self.owner.at(origin).put(&format!("/members/{id}/seat")).await,
        }
    }

    /// A few of the taken seats, each with a way to free it.
    pub fn some_of_what_is_held(&self, ledger: &Ledger, chance: &mut fastrand::Rng) -> Vec<Free> {
        let reserving = ledger.pending.iter().filter(|it| it.1).map(|it| (true, it.0));
        let seated = ledger.members.iter().filter(|it| it.1).map(|it| (false, it.0));
        let mut held: Vec<_> = reserving.chain(seated).collect();
        chance.shuffle(&mut held);
        held.truncate(4);
        let mut choose = |(is_offer, id)| match (is_offer, chance.bool(), self.kind) {
            (true, true, _) => Free::Revoke(id),
            (true, false, _) => Free::Expire(id),
            (false, false, _) => Free::Lapse(id),
            (false, true, Kind::ByHand) if chance.bool() => Free::Release(id),
            (false, true, _) => Free::Remove(id),
        };
        held.into_iter().map(&mut choose).collect()
    }

    /// Frees a seat. Time cannot be made to pass on a real server, so a date is moved to where it has come.
    pub async fn free(&self, how: &Free, pool: &PgPool) -> (u16, Value) {
        let organization: Uuid = self.owner.organization().parse().expect("an id");
        let (statement, id) = match how {
            Free::Revoke(id) => return (self.owner.delete(&format!("/invitations/{id}")).await, Value::Null),
            Free::Remove(id) => return (self.owner.delete(&format!("/members/{id}")).await, Value::Null),
            Free::Release(id) => return (self.owner.delete(&format!("/members/{id}/seat")).await, Value::Null),
            Free::Expire(id) => (
                "UPDATE invitations SET expires_at = now() - interval '1 second'
                 WHERE organization_id = $1 AND id = $2 AND state = 'pending'",
                id,
            ),
            Free::Lapse(id) => (
                "UPDATE memberships SET deactivates_at = now() - interval '1 second'
                 WHERE organization_id = $1 AND id = $2",
                id,
            ),
        };
        sqlx::query(statement).bind(organization).bind(id).execute(pool).await.expect("a date is moved");
        (200, Value::Null)
    }

    /// Takes back every seat but the owner's.
    pub async fn give_back(&self, ledger: &Ledger) {
        let offers = ledger.pending.iter().filter(|it| it.1).map(|it| format!("/invitations/{}", it.0));
        let seat = |id| match self.kind {
            Kind::ByHand => format!("/members/{id}/seat"),
            Kind::Inviting | Kind::Joining => format!("/members/{id}"),
        };
        let seats = ledger.members.iter().filter(|it| it.1).map(|it| seat(it.0));
        let paths: Vec<_> = offers.chain(seats).collect();
        for status in join_all(paths.iter().map(|path| self.owner.delete(path))).await {
            // What has expired or lapsed meanwhile is no longer there to be taken back.
            assert!([200, 204, 404, 409, 410].contains(&status), "{status}");
        }
    }

    /// Brings back who has lost their place: removed members are invited again, and join where seats are given by hand;
    /// lapsed ones are reactivated.
    pub async fn refill(&self, ledger: &Ledger) {
        match self.kind {
            Kind::Inviting => {}
            Kind::Joining => {
                let lapsed = self.owner.get("/members?status=deactivated&limit=100").await.1;
                let lapsed = lapsed["items"].as_array().expect("a list").clone();
                for it in &lapsed {
                    let removed = self.owner.delete(&format!("/members/{}", it["id"].as_str().expect("an id"))).await;
                    assert_eq!(removed, 204);
                }
                let gone: Vec<_> = lapsed.iter().filter_map(|it| it["id"].as_str()?.parse::<Uuid>().ok()).collect();
                let members = ledger.members.iter().filter(|it| !gone.contains(&it.0)).map(|it| &it.2);
                let there: Vec<_> = members.chain(ledger.pending.iter().map(|it| &it.2)).cloned().collect();
                self.bring_in(&there).await;
            }
            Kind::ByHand => {
                let lapsed = self.owner.get("/members?status=deactivated&limit=100").await.1;
                for it in lapsed["items"].as_array().expect("a list") {
                    let path = format!("/members/{}/suspension", it["id"].as_str().expect("an id"));
                    assert_eq!(self.owner.delete(&path).await, 200);
                }
                let there: Vec<_> = ledger.members.iter().map(|it| it.2.clone()).collect();
                self.bring_in(&there).await;
            }
        }
    }

    /// Everybody who is not there is invited, and joins at once where joining takes no seat.
    async fn bring_in(&self, there: &[String]) {
        self.invite_those_who_are_missing(there).await;
        if self.kind != Kind::ByHand {
            return;
        }
        let (_, offers) = self.owner.get("/invitations?state=outstanding&limit=100").await;
        let offers = offers["items"].as_array().expect("a list").clone();
        let joining = offers.iter().map(|offer| {
            let person = self.person(offer["email"].as_str().expect("an address"));
            async move { accept(person, &offer["id"]).await }
        });
        for (status, joined) in join_all(joining).await {
            assert_eq!(status, 201, "{joined}");
        }
    }

    async fn invite_those_who_are_missing(&self, there: &[String]) {
        if self.kind == Kind::Inviting {
            return;
        }
        let missing = self.people.iter().filter(|it| !there.contains(&it.email));
        let inviting = missing.map(|person| {
            let form = json!({ "email": person.email, "deliver": "return" });
            self.owner.post("/invitations", form)
        });
        for (status, made) in join_all(inviting).await {
            assert_eq!(status, 201, "{made}");
        }
    }

    fn person(&self, email: &str) -> &Caller {
        self.people.iter().find(|it| it.email == email).expect("one of the people")
    }
}

async fn accept(person: &Caller, invitation: &Value) -> (u16, Value) {
    let form = json!({ "organization_id": person.organization(), "invitation_id": invitation });
    person.post_to("/api/v1/me/invitations/accept", form).await
}
