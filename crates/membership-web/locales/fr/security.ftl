### Le second facteur : l’ajouter, le montrer, le demander aux autres.

security-title = Second facteur
security-lead = Un second facteur est une chose que vous détenez en plus de votre mot de passe. Qui apprend votre mot de passe seul ne peut alors pas se connecter à votre place.
security-on = activé
security-errand = Ce que vous vouliez faire demande un second facteur. Ajoutez-en un ici, puis vous continuerez.
security-errand-begin = Commencer par une application d’authentification
security-errand-show = Ce que vous vouliez faire demande votre second facteur, et vous vous êtes connecté sans lui.
security-errand-done = Votre second facteur est ajouté et montré.
security-go-on = Continuer là où vous étiez
app-heading = Application d’authentification
app-about = Une application sur votre téléphone ou votre ordinateur montre un nouveau code toutes les trente secondes ; vous le saisissez en vous connectant. Toute application de codes à usage unique convient.
app-set-up = Ajouter une application
app-since = Demandée à chaque connexion depuis le { $date }.
app-title = Ajouter une application d’authentification
app-lead = Ayez une application de codes à usage unique sous la main, sur votre téléphone ou sur cet appareil. À la page suivante, elle lit une image et vous saisissez le code qu’elle montre.
app-begin = Montrer l’image
app-begin-anew = Recommencer avec une nouvelle image
app-scan = Lisez cette image avec votre application.
app-picture = Code QR pour votre application d’authentification
app-here = L’ouvrir dans une application de cet appareil
app-by-hand = Ou saisissez ceci dans l’application :
app-confirm = Confirmer
field-app-code = Le code que montre l’application
field-code = Code de vérification
codes-heading = Codes de secours
codes-left =
    { $count ->
        [0] Il n’en reste aucun. Créez-en de nouveaux, sinon vous ne pourrez plus entrer si vous perdez votre appareil.
        [one] Il en reste un. Créez-en de nouveaux avant qu’il ne serve.
       *[other] Il en reste { $count }. Chacun vous fait entrer une fois, à la place du second facteur.
    }
codes-anew = Créer de nouveaux codes
codes-anew-title = Créer de nouveaux codes de secours
codes-anew-void = Les anciens codes cessent aussitôt de fonctionner.
codes-anew-once = Les nouveaux ne sont montrés que cette fois. Ayez du papier ou un gestionnaire de mots de passe sous la main.
codes-anew-submit = Créer de nouveaux codes
codes-title = Vos codes de secours
codes-lead = Si vous perdez votre appareil, chacun de ces codes vous fait entrer une fois. Imprimez-les ou gardez-les dans un gestionnaire de mots de passe, pas sur l’appareil lui-même.
codes-label = Codes de secours
codes-once = Ils ne sont montrés que cette fois.
codes-kept = Je les ai gardés
print = Imprimer
passkeys-heading = Clés d’accès
passkeys-about = Une clé d’accès est gardée par votre téléphone, votre ordinateur ou une clé de sécurité. Vous la montrez par empreinte, visage ou code PIN : il n’y a rien à saisir, ni rien à se faire soutirer.
passkey-add = Ajouter une clé d’accès
passkey-title = Ajouter une clé d’accès
passkey-lead = Donnez-lui un nom auquel vous la reconnaîtrez. Votre navigateur demande ensuite où la garder.
field-passkey-name = Nom de la clé d’accès
hint-passkey-name = Par exemple « Mon téléphone » ou « Clé de sécurité bleue ». 60 caractères au plus.
passkey-create = Créer la clé d’accès
passkey-use = Utiliser une clé d’accès
passkey-failed = La clé d’accès n’a pas servi : l’opération a été interrompue, ou la clé n’est pas sur cet appareil. Réessayez.
passkey-unable = Ce navigateur ne peut pas utiliser de clés d’accès ici, ou n’exécute pas de scripts.
passkey-used = Utilisée pour la dernière fois le { $date }
passkey-added = Ajoutée le { $date }, pas encore utilisée
remove-app = Retirer
remove-app-title = Retirer l’application d’authentification
remove-passkey = Retirer
remove-passkey-title = Retirer la clé d’accès « { $name } »
remove-one-of-several = Elle n’est plus demandée. Votre autre second facteur reste.
remove-last-password = C’est votre dernier second facteur : votre mot de passe seul vous fait de nouveau entrer.
remove-last-codes = Vos codes de secours cessent de fonctionner.
remove-last-sign-ins = Vous êtes déconnecté partout, ici aussi. Les organisations qui demandent un second facteur ne vous laissent rien faire tant que vous n’en avez pas.
remove-submit = Retirer
done-factor-added = Votre second facteur est ajouté. Il est demandé à chaque connexion.
done-factor-removed = Il est retiré et n’est plus demandé.
done-last-factor-removed = Vous n’avez plus de second facteur, et vous êtes déconnecté partout. Reconnectez-vous.

factor-title = Votre second facteur
factor-lead = Saisissez le code que montre votre application d’authentification, ou l’un de vos codes de secours.
factor-lead-passkey = Utilisez votre clé d’accès, ou saisissez un code de votre application d’authentification ou l’un de vos codes de secours.
factor-lost = Appareil perdu ? Un code de secours le remplace, une fois. S’il ne vous en reste pas, adressez-vous à qui gère ce site.
proof-title = Montrez que c’est bien vous
proof-lead-factor = La suite change votre façon de vous connecter. Saisissez le code que montre votre application d’authentification, ou l’un de vos codes de secours.
proof-lead-password = La suite change votre façon de vous connecter. Saisissez encore une fois votre mot de passe.
proof-lead-anew = La suite change votre façon de vous connecter. Vous n’avez pas de mot de passe ici : reconnectez-vous, et vous reviendrez de vous-même.
proof-submit = Continuer
proof-anew = Se reconnecter
stop-second-factor = Un second facteur est demandé
stop-second-factor-text = Cette organisation ne vous laisse continuer qu’avec un second facteur en plus de votre mot de passe. Ajoutez-en un ou montrez-le, et vous reviendrez là où vous étiez.
way-second-factor = Aller au second facteur
factor-awaited = Cette organisation vous demande un second facteur. Tant que vous ne l’avez pas montré, vous pouvez regarder, mais rien changer.

policy-factor-title = Second facteur
policy-factor-lead = Un second facteur en plus du mot de passe protège l’organisation quand un mot de passe est appris. Choisissez à qui il est demandé. Qui le demande aux autres en a montré un.
policy-factor-legend = À qui demande-t-on un second facteur ?
policy-factor-choose = Choisissez l’une des trois possibilités.
policy-factor-none = À personne
policy-factor-none-about = Chacun peut en avoir un quand même ; il le protège alors ici aussi.
policy-factor-administrators = À qui administre
policy-factor-administrators-about = Il en faut un à qui peut faire plus que voir les membres. Sans lui, on peut regarder, mais rien changer.
policy-factor-everyone = À tout le monde
policy-factor-everyone-about = Sans lui, un membre ne voit que le nom de l’organisation, et peut la quitter.
done-second-factor-set = Votre choix vaut désormais.
