//! The people of the example. Their names are as varied as names are: short, long, from right to left, without spaces.

use membership_core::language::Language;

/// A person of the example.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// The part of the address before `@example.org`, and the person's name in the story.
    pub key: &'static str,
    pub name: &'static str,
    pub language: Language,
}

/// Whom to sign in as.
pub(super) const LOGINS: [(&str, &str); 4] = [
    ("ada@example.org", "operator of the deployment, owner of the team and of the account"),
    ("grace@example.org", "admin of the team, member of others"),
    ("amelie@example.org", "owner of the group subscription, in French"),
    ("bo@example.org", "a plain member of several, one without a seat"),
];

const fn english(key: &'static str, name: &'static str) -> Role {
    Role { key, name, language: Language::English }
}

const fn french(key: &'static str, name: &'static str) -> Role {
    Role { key, name, language: Language::French }
}

/// Everybody who has an account.
pub(super) const PEOPLE: [Role; 41] = [
    english("ada", "Ada Lovelace"),
    english("grace", "Grace Hopper"),
    french("amelie", "Amélie Châtelain-Deschamps"),
    english("bo", "Bo"),
    english("soren", "Søren Østergård Kjær"),
    english("zoe", "Zoë Quiñones Ibáñez"),
    english("khwarizmi", "محمد بن موسى الخوارزمي"),
    english("shira", "שירה לוי־אברהם"),
    english("xiaolong", "李小龍"),
    english("sakura", "田中 さくら"),
    english("nadezhda", "Надежда Константиновна Крупицкая"),
    english("giorgos", "Γιώργος Παπαδόπουλος"),
    english("ngoc", "Trần Thị Minh Ngọc"),
    english("maire", "Máire O’Brien-MacGillacuddy"),
    french("jb", "Jean-Baptiste Lefèvre"),
    english("lukasz", "Łukasz Żółkiewski"),
    english("aegir", "Ægir Þórsson"),
    english("chukwuemeka", "Chukwuemeka Oyelaran-Okonkwo"),
    english("hubert", "Hubert Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh Cholmondeley-Smythe"),
    english("priya", "Priya Venkataraman"),
    english("mehmet", "Mehmet Çağlayangil"),
    english("lin", "Lin-Manuel Abayomi"),
    english("ines", "Inês Gonçalves"),
    english("tomas", "Tomáš Říha"),
    french("eloise", "Éloïse Garçon"),
    english("noor", "نور الهدى"),
    english("dov", "דב בן־עמי"),
    english("keala", "Keala Kahananui"),
    english("min", "김민준"),
    english("olu", "Olúwaṣeun Adébáyọ̀"),
    english("rosa", "Rosa Parks"),
    english("emil", "Emil Noether"),
    english("vera", "Vera Rubin"),
    english("carl", "Carl Friedrich Gauß"),
    english("mina", "Mina Harker"),
    english("ivo", "Ivo Andrić"),
    french("capucine", "Capucine Deschênes"),
    english("tove", "Tove Jansson"),
    english("paulo", "Paulo Freire"),
    english("wanjiku", "Wanjikũ wa Ngũgĩ"),
    english("hedy", "Hedy Lamarr"),
];
