//! An organization of a thousand on a whole server: its lists are as those with many entries are.

use membership_core::name::PersonName;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::large_roster::import_rows;

/// How many members it has, the owner among them, and how many invitations.
const MANY: usize = 1_000;

/// How many members have a seat: more than a page shows.
const SEATED: usize = 60;

/// How long long names are, in characters.
const LONG: usize = 80;

/// Founds it as the person with that address, fills it, and gives its path. Everybody but the owner is in one group, and
/// only those who get a seat are written to.
///
/// # Panics
/// If something is refused.
pub async fn found(origin: &str, email: &str) -> String {
    let owner = Caller::signed_in(origin, email).await.founds("A Thousand Readers", "group_subscription").await;
    let (status, group) = owner.post("/groups", json!({ "name": "Everybody" })).await;
    assert_eq!(status, 201, "{group}");
    import_rows(&owner, (1..MANY).map(|number| row(number, &group["id"])).collect()).await;
    for number in 0..MANY {
        let handed_over = json!({ "email": invited(number), "deliver": "return" });
        let (status, made) = owner.post("/invitations", handed_over).await;
        assert_eq!(status, 201, "{made}");
    }
    let (status, listed) = owner.get(&format!("/members?login=false&limit={SEATED}")).await;
    assert_eq!(status, 200, "{listed}");
    let seated: Vec<_> = listed["items"].as_array().into_iter().flatten().map(|it| it["id"].clone()).collect();
    let (status, outcomes) = owner.post("/seats", json!({ "members": seated })).await;
    assert_eq!(status, 200, "{outcomes}");
    format!("/organizations/{}", owner.organization())
}

/// Somebody to be imported, with an address or without one.
fn row(number: usize, group: &Value) -> Value {
    let email = if number % 4 == 1 { String::new() } else { format!("member.{number}@example.org") };
    let label = if number % 2 == 1 { "Reading room" } else { "Evening readers of the northern branch" };
    json!({
        "last_name": name(number), "email": email, "number": number.to_string(), "labels": [label], "groups": [group],
    })
}

/// Names are short, from right to left, not known, and long with and without spaces.
fn name(number: usize) -> String {
    match number % 10 {
        3 => "آدم بن محمد بن عبد الرحمن الخوارزمي".to_owned(),
        5 => PersonName::unknown().to_string(),
        7 => first_of(&format!("Adelaide {number} {}", "Featherstonehaugh ".repeat(5))),
        9 => first_of(&format!("Anne{number}{}", "llanfairpwllgwyngyll".repeat(4))),
        _ => format!("Ada Reader {number}"),
    }
}

fn first_of(text: &str) -> String {
    text.chars().take(LONG).collect()
}

fn invited(number: usize) -> String {
    let long = if number % 10 == 7 { "an.address.that.is.much.longer.than.anybody.would.like" } else { "reader" };
    format!("{long}.{number}@example.org")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_names_have_the_most_characters_and_all_can_be_given() {
        let names: Vec<_> = (1..MANY).map(name).collect();
        assert!(names.iter().all(|name| PersonName::parse(name).is_ok_and(|it| it.as_str() == name)));
        assert_eq!(names.iter().filter(|name| name.chars().count() == LONG).count(), 200);
    }
}
