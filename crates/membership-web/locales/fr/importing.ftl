### De nombreuses personnes à la fois : un fichier est choisi, essayé, lancé, suivi et annulé.

import-short = Importer un fichier
import-title = Importer des personnes depuis un fichier
import-lead = Faites entrer de nombreuses personnes à la fois, depuis un tableur enregistré au format CSV. On vous montre d’abord ce qu’il adviendrait de chaque ligne ; rien n’est écrit avant votre accord.
import-template = Télécharger le modèle
import-terms = Réglages
import-try = Voir ce qui se passerait
import-try-why = Rien n’est encore écrit.
import-columns = Ce qu’une ligne peut contenir
import-columns-why = Une première ligne peut nommer les colonnes, dans n’importe quel ordre. Sinon, elles sont prises dans cet ordre ; les trois dernières doivent être nommées.
import-earlier = Importations des 30 derniers jours
import-rows = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
import-line = Ligne { $line }
import-of = Importation du { $moment }
import-state-running = En cours
import-state-done = Terminée
import-state-undoing = En cours d’annulation
import-state-undone = Annulée
import-done-of = { $done } lignes sur { $total }
import-goes-on = Elle se poursuit d’elle-même ; vous pouvez fermer cette page.
import-look-again = Actualiser
import-to-members = Voir les membres
import-result = Télécharger le résultat
import-another = Importer un autre fichier
import-unhappy = Lignes qui demandent votre attention
import-undo-until = Jusqu’au { $moment }, les membres qu’elle a créés peuvent être retirés, tant qu’ils ne se sont pas connectés.
import-undo = Annuler l’importation
import-undo-title = Annuler cette importation
import-undo-goes = { $count ->
    [0] Aucun membre ne partira : aucun de ceux qu’elle a créés n’est resté inutilisé.
    [one] { $count } membre qu’elle a créé partira, avec son lien personnel.
   *[other] { $count } membres qu’elle a créés partiront, avec leurs liens personnels.
}
import-undo-stays = { $count ->
    [one] { $count } reste, parce que cette personne a désormais son propre accès ou que vous ne pouvez pas la retirer.
   *[other] { $count } restent, parce qu’ils ont désormais leur propre accès ou que vous ne pouvez pas les retirer.
}
import-undo-changes = Ce qu’elle a modifié chez des membres déjà présents reste modifié.

field-file = Fichier
hint-file = CSV avec virgules, points-virgules ou tabulations ; au plus 10 000 lignes et 5 Mio.
import-file-kept = Le fichier choisi est gardé. Choisissez-en un autre ou collez des lignes, et ils le remplacent.
field-rows = Ou collez des lignes
hint-rows = Une personne par ligne : nom, prénom, adresse e-mail, etc., comme dans le modèle. Un fichier choisi passe en premier. Choisissez un fichier au-delà de 1 000 personnes environ : si votre connexion prend fin entre-temps, une liste plus longue n’est pas gardée.
field-existing = Personnes déjà membres
existing-fill = Compléter
existing-fill-about = Ce qui était vide est rempli ; tout le reste demeure.
existing-replace = Remplacer
existing-replace-about = Ce que dit la ligne prend la place de ce qui était là ; ce qu’elle laisse vide demeure.
existing-ignore = Ne pas toucher
existing-ignore-about = Elles restent telles quelles.
field-import-role = Rôle des nouveaux membres
hint-import-role = Pour les lignes qui n’en nomment aucun. Le nom, le mot de passe et la langue des personnes qui ont déjà un accès restent les leurs dans tous les cas.

column-last-name = Nom
column-last-name-about = Au moins un nom ou un prénom.
column-first-name = Prénom
column-first-name-about = Au moins un nom ou un prénom.
column-email = Adresse e-mail
column-email-about = C’est par elle que les membres sont reconnus. Sans adresse, la personne est ajoutée sans accès.
column-labels = Étiquettes
column-labels-about = Plusieurs sont séparées par une barre verticale : France | Nord.
column-send-email = Envoyer un courriel
column-send-email-about = 1 envoie à la personne de quoi se connecter : le nom à saisir et un lien personnel. 0 ou rien n’envoie rien.
column-password = Mot de passe initial
column-password-about = Il permet d’entrer une fois, dans les 14 jours, et doit alors être remplacé. Il n’est jamais envoyé par courriel.
column-language = Langue
column-language-about = en ou fr.
column-additional-information = Informations complémentaires
column-additional-information-about = Seules l’exportation CSV et l’API les montrent.
column-groups = Groupes
column-groups-about = L’identifiant que montre la page d’un groupe ; plusieurs sont séparés par une barre verticale.
column-number = Numéro
column-number-about = Le numéro que l’organisation donne au membre.
column-role = Rôle
column-role-about = La clé du rôle, par exemple trainee.
column-deactivates-at = Date de désactivation
column-deactivates-at-about = Un jour comme 2027-01-31, où l’accès prend fin de lui-même.

trial-title = Ce qui se passerait
trial-rows = { $count ->
    [one] Le fichier a une ligne.
   *[other] Le fichier a { $count } lignes.
}
trial-lead = Rien n’est encore écrit.
trial-added = À ajouter
trial-updated = À modifier
trial-unchanged = Restent tels quels
trial-failed = Impossible
trial-undone = Retirés
trial-kept = Conservés
trial-start = { $count ->
    [one] Importer une personne
   *[other] Importer { $count } personnes
}
trial-nothing = Il n’y a rien à importer dans ce fichier. Corrigez les lignes ci-dessous et choisissez-le à nouveau.
trial-another = Choisir un autre fichier
trial-again = Voir avec ces réglages
trial-columns = Les colonnes telles qu’elles ont été comprises
trial-by-header = La première ligne les a nommées.
trial-by-place = Aucune ligne ne les nommait : elles ont été prises dans l’ordre du modèle.
trial-no-sample = Vide
trial-each = Ligne par ligne
trial-shown = Lignes { $from } à { $until } ; celles qui sont impossibles viennent d’abord.
trial-before = Lignes précédentes
outcome-added = Ajoutés
outcome-updated = Modifiés
outcome-unchanged = Inchangés
outcome-failed = Impossible
outcome-undone = Retirés
outcome-kept = Conservés

### Ce qui ne va pas dans une ligne.

row-problem = { $column } : { $text }
row-address-missing = Qui a un mot de passe ou doit recevoir un courriel a besoin d’une adresse. Ajoutez-la, ou retirez le mot de passe et mettez 0 pour le courriel.
row-formula = Cela commence par =, +, - ou @, ce qu’un tableur exécuterait. Retirez ce signe.
row-not-a-switch = Écrivez 1 pour envoyer un courriel, ou 0.
row-not-an-id = Ce n’est pas l’identifiant d’un groupe. Copiez-le en entier, tel que le montre la page du groupe.
row-not-a-time = Ce n’est pas une date. Elle doit ressembler à 2027-01-31.
row-duplicate = Une ligne précédente dit la même chose. Retirez l’une des deux.
row-too-many-cells = La ligne a plus de cellules qu’il n’y a de colonnes. Mettez entre guillemets les cellules qui contiennent le séparateur.
row-open-quote = Cela s’étend sur plusieurs lignes. Fermez le guillemet qui y a été ouvert.
row-row-lost = La clé qui scellait cette ligne n’existe plus. Importez la ligne à nouveau.
row-in-use = La personne a désormais son propre accès. Retirez plutôt le membre.
row-empty = Il n’y a ni nom ni prénom. Ajoutez l’un des deux.
row-unknown-language = Nous ne parlons pas cette langue. Écrivez en ou fr.
row-unknown-role = Ce rôle n’existe pas ici. Utilisez la clé d’un rôle existant, par exemple trainee.
row-role-above-yours = Ce rôle est au-dessus du vôtre. Nommez-en un moins élevé.
row-permission-missing = Vous ne pouvez pas faire cela avec cette ligne. Demandez à un administrateur.
row-rate-limited = Cette boîte a reçu autant d’invitations et de liens personnels qu’elle peut en recevoir pour l’instant. Importez la ligne à nouveau plus tard, ou mettez 0 pour le courriel.
row-seat-limit-reached = Toutes les places étaient prises à cette ligne. Libérez-en et importez la ligne à nouveau.

### Ce qui ne va pas dans un fichier.

invalid-file-none-chosen = Choisissez un fichier, ou collez des lignes.
invalid-file-to-be-chosen-again = Ce fichier a attendu trop longtemps. Choisissez-le à nouveau.
invalid-file-too-large = Ce fichier dépasse 5 Mio. Divisez-le et importez les parties l’une après l’autre.
invalid-too-many-rows = Ce fichier a plus de { $limit } lignes. Divisez-le et importez les parties l’une après l’autre.
invalid-not-a-table = Ce n’est pas un tableau sous forme de texte. Enregistrez-le au format CSV dans votre tableur.
invalid-empty-file = Ce fichier n’a aucune ligne. Téléchargez le modèle pour voir à quoi elle ressemble.
invalid-unknown-column = La première ligne nomme une colonne inconnue : { $quoted }. Retirez-la, ou utilisez un nom du modèle.
invalid-repeated-column = La première ligne nomme deux fois la colonne { $quoted }. Retirez l’une d’elles.
invalid-open-quote = Dans la ligne { $limit }, un guillemet n’est pas fermé. Fermez-le, ou doublez-le.
