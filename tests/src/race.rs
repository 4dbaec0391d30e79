//! Rivals for too few seats on two servers: what must hold after each round, however the requests met (X.2, I2).

mod arena;
mod ledger;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::caller::Caller;
use crate::process::{Process, Start};
use arena::{Arena, Kind};
use ledger::Ledger;

/// How many people want a seat in each round.
pub const RIVALS: usize = 64;

/// The most seats that are free in a round; the fewest are none.
pub const MOST_FREE: usize = 8;

/// Two servers on one Postgres, and an organization for each way in which a seat is taken.
pub struct Campaign {
    servers: [Process; 2],
    pool: PgPool,
    operator: Caller,
    arenas: Vec<Arena>,
    chance: fastrand::Rng,
    report: Report,
}

/// What a campaign has seen.
#[derive(Debug, Default)]
pub struct Report {
    /// Rounds that were run.
    pub rounds: usize,
    /// Those of them in which seats were also freed and limits moved.
    pub mixed: usize,
    /// Attempts at a seat.
    pub attempts: usize,
    /// Attempts that got one.
    pub won: usize,
    /// Seats that were freed while others were being taken.
    pub freed: usize,
    /// The longest that all rivals of a round took.
    pub longest: Duration,
    /// Deadlocks that the database broke; whoever was sacrificed tried again, and no caller saw it.
    pub deadlocks: i64,
}

impl Report {
    /// The figures in one line.
    pub fn line(&self) -> String {
        let Self { rounds, mixed, attempts, won, freed, longest, deadlocks } = self;
        let mut line = format!("{rounds} rounds ({mixed} mixed), {attempts} attempts, {won} won, {freed} freed");
        let _ = write!(line, " meanwhile; longest race {longest:.1?}; {deadlocks} deadlocks broken");
        line
    }
}

impl Campaign {
    /// Starts both servers at once on a new database and lets the rivals register. Equal seeds make equal choices; how
    /// the requests meet is the machine's.
    pub async fn start(folder: &Path, database_url: &str, seed: u64) -> Self {
        let start = || {
            let (data_dir, database_url) = (folder.to_owned(), Some(database_url.to_owned()));
            Start { data_dir, database_url, ..Start::default() }.run()
        };
        let (one, other) = join(start(), start()).await;
        let pool = PgPool::connect(database_url).await.expect("the database answers");
        let operator = Caller::operator(&one.origin);
        let people = arena::people(&one.origin).await;
        let mut arenas = Vec::new();
        for kind in Kind::ALL {
            arenas.push(Arena::open(kind, &one.origin, &people).await);
        }
        let chance = fastrand::Rng::with_seed(seed);
        Self { servers: [one, other], pool, operator, arenas, chance, report: Report::default() }
    }

    /// One round: every kind of arena and every number of free seats has its turn, and about every fourth round is mixed.
    ///
    /// # Panics
    /// Something that must hold did not; the message says what.
    pub async fn round(&mut self) {
        let number = self.report.rounds;
        let (index, free) = (number % Kind::ALL.len(), number / Kind::ALL.len() % (MOST_FREE + 1));
        let is_mixed = self.chance.u8(0..4) == 0;
        self.race(index, free).await;
        if is_mixed {
            self.mingle(index).await;
            self.arenas[index].refill(&self.ledger(index).await).await;
            // Whatever came before, the free seats are there to be taken, and no others.
            self.race(index, free).await;
            self.report.mixed += 1;
        }
        self.arenas[index].give_back(&self.ledger(index).await).await;
        self.arenas[index].refill(&self.ledger(index).await).await;
        self.report.rounds += 1;
    }

    /// Ends both servers, and asks the database whether anybody was sacrificed to a deadlock.
    ///
    /// # Panics
    /// A server did not end in order, or somebody was.
    pub async fn finish(self) -> Report {
        let mut report = self.report;
        for server in self.servers {
            assert!(server.terminate().await.success(), "a server ends in order");
        }
        report.deadlocks = ledger::deadlocks(&self.pool).await;
        assert_eq!(report.deadlocks, 0, "the database had to break deadlocks: {}", report.line());
        report
    }

    /// So many free seats, and all rivals at once: exactly so many winners.
    async fn race(&mut self, index: usize, free: usize) {
        let before = self.ledger(index).await;
        self.limit(index, before.taken() + free).await;
        let began = Instant::now();
        let answers = self.attempts(index, &before).await;
        self.report.longest = self.report.longest.max(began.elapsed());
        let won = won(&answers);
        let told = || format!("{:?}, {free} free, {before:?}: {answers:?}", self.arenas[index].kind);
        assert_eq!(won, free, "{}", told());
        for (status, body) in answers.iter().filter(|(status, _)| *status >= 300) {
            let code = body["type"].as_str().unwrap_or_default();
            assert!(*status == 409 && code.ends_with("/seat-limit-reached"), "{status} {body}; {}", told());
        }
        let after = self.ledger(index).await;
        after.adds_up();
        assert_eq!(after.taken(), before.taken() + free, "{}", told());
        self.note(&answers);
    }

    /// Rivals while seats are released, invitations revoked or expiring, members removed, and the limit goes up and down.
    async fn mingle(&mut self, index: usize) {
        let before = self.ledger(index).await;
        let roof = before.taken() + self.chance.usize(0..=MOST_FREE);
        self.limit(index, roof).await;
        let limits: Vec<_> =
            (0..3).map(|_| before.taken().saturating_sub(2) + self.chance.usize(0..=MOST_FREE)).collect();
        let frees = self.arenas[index].some_of_what_is_held(&before, &mut self.chance);
        let arena = &self.arenas[index];
        let freeing = join_all(frees.iter().map(|it| arena.free(it, &self.pool)));
        let limiting = async {
            for limit in &limits {
                self.limit(index, *limit).await;
            }
        };
        let (answers, (freed, ())) = join(self.attempts(index, &before), join(freeing, limiting)).await;
        let told = format!("{:?}, {before:?}, limits {roof} {limits:?}, freed {freed:?}", arena.kind);
        for (status, body) in answers.iter().chain(&freed) {
            assert!([200, 201, 204, 404, 409, 410].contains(status), "{status} {body}; {told}");
        }
        let after = self.ledger(index).await;
        after.adds_up();
        let roof = limits.iter().copied().max().unwrap_or(0).max(roof).max(before.taken());
        assert!(after.taken() <= roof, "{after:?}; {told}");
        let freed = freed.iter().filter(|(status, _)| *status < 300).count();
        let (most, least) = (before.taken() + won(&answers), before.taken() + won(&answers) - frees.len());
        assert!((least..=most).contains(&after.taken()), "{after:?}, {} won; {told}", won(&answers));
        self.report.freed += freed;
        self.note(&answers);
    }

    /// Every rival's answer; every other one asks the other server.
    async fn attempts(&self, index: usize, ledger: &Ledger) -> Vec<(u16, Value)> {
        let arena = &self.arenas[index];
        let origin = |rival: usize| &self.servers[rival % 2].origin;
        join_all(arena.rivals(ledger).into_iter().enumerate().map(|(n, rival)| arena.attempt(rival, origin(n)))).await
    }

    async fn limit(&self, index: usize, seats: usize) {
        let organization = self.arenas[index].owner.organization();
        let path = format!("/api/v1/operator/organizations/{organization}/subscription");
        assert_eq!(self.operator.put_to(&path, json!({ "seat_limit": seats })).await, 200, "a limit of {seats}");
    }

    async fn ledger(&self, index: usize) -> Ledger {
        Ledger::read(&self.pool, self.arenas[index].owner.organization()).await
    }

    fn note(&mut self, answers: &[(u16, Value)]) {
        self.report.attempts += answers.len();
        self.report.won += won(answers);
    }
}

fn won(answers: &[(u16, Value)]) -> usize {
    answers.iter().filter(|(status, _)| *status < 300).count()
}
