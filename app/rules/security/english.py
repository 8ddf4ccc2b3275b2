"""How English mail opens accounts, and what only sounds like it."""

from __future__ import annotations

from app.rules.security.table import Table

_LOGIN = "sign_in|signin|sign_on|login|log_in|logon|log_on|logged_in|signed_in|sign_ins|logins|logging_in|signing_in"
_PASSWORD = "password|passwords|passcode|passphrase|passwort|pasword|pwd"
_ACCOUNT = "account|accounts|profile|mailbox|workspace|vault|wallet"
_TWO = "two_factor|two_step|2_step|2_factor|2fa|mfa|multi_factor|multifactor|second_factor|authenticator|two_stage"

ENGLISH = Table(
    sure=f"""
        verif*|verfic*|veryfic*|security|sign_in|signin|login|log_in|logon|authentication|authenticator|
        authorisation|authorization|activation|one_time|single_use|temporary|validation|unlock|recovery|reset|
        two_factor|2fa|mfa|two_step|otp|auth|epp|device|approval|passcode|account|auth ~ code|passcode|pin;
        one_time|single_use|onetime password|passcode|passphrase|phrase|pin|link|token|key; otp ... #; # ... otp;
        your otp; ?your ~ code|passcode|pin is|below ... #; ?# is your ~ code|passcode|pin|otp;
        ?your ~ code|passcode|pin ... #; ?here ~ code ... #;
        enter|type|paste|use # ~~ login|log_in|sign_in|continue|verify|complete|confirm|approve|access;
        reset*|recover*|forgot|forgotten|forget ~ your|my ~ {_PASSWORD};
        reset|change|choose|set|create|update ~ a|your ~ {_PASSWORD};
        {_PASSWORD} ~ reset|changed|updated|expire*|expir*|recovery|exposed|leaked|compromised|found|stolen|
        assistance|changes; temporary|initial|default|provisional|new ~ {_PASSWORD};
        username|user_name|user_id|userid|user|login ~~ {_PASSWORD}; someone|somebody|anyone|who ~ your {_PASSWORD};
        with your {_PASSWORD}; new|unusual|suspicious|unrecogni*|unknown|unfamiliar|unauthori* ~ {_LOGIN};
        failed|first|recent|unexpected {_LOGIN}; new ip|browser|location ~ login|sign_in|address|log_in;
        new device|computer|browser ~~ {_ACCOUNT}|signed|logged|login|added|linked|detected;
        {_LOGIN} attempt*|alert|notification|detected|request|link|from|verification|approval|blocked|new|on|
        to_your|activity|method; signed_in|logged_in|signed_into|logged_into|accessed|signed_on ~~ {_ACCOUNT};
        {_ACCOUNT} ~~ signed_in|logged_in|accessed|signed_into;
        signed|logged|sign you out ~ all|every|other|everywhere;
        new|unknown|unrecogni*|another|unfamiliar device ~ on|was|has|signed|logged|added|linked|registered|
        is_using;
        unusual|suspicious|unauthori*|fraud*|unrecogni* ~ activity|access|transaction*|attempt*|payment*|charge*|
        purchase*|transfer*;
        verify|confirm|validate|authenticate|verifying|confirming ~ your ~ {_ACCOUNT}|email|e_mail|mail|identity|
        device|phone|login|id; verify|confirm ~ it s ~ you; verify you; identity ~ verification|check;
        email|e_mail verification|confirmation;
        activate|activation|activating ~ {_ACCOUNT}|card|online|access|membership;
        {_ACCOUNT} ~ locked|unlocked|blocked|suspended|disabled|frozen|restricted|recovery|compromised|deactivated|
        hacked|verification|activation|reactivated|access_code|lockout|takeover|limited|reinstated;
        recover|unlock|unfreeze|restore|regain|back_into|freeze ~ your ~ {_ACCOUNT}|access;
        locked_out|lock_out ~~ {_ACCOUNT};
        {_TWO} ~~ enabled|disabled|turned|activated|set_up|removed|added|register*|changed|required|switched|reset|
        deactivated|on;
        reset|set_up|enable|register|enrol*|turn_on|turn_off|turned_on|turned_off|activate|enabled|
        disabled ~~ {_TWO}; your {_TWO};
        recovery|backup|rescue code|codes|email|e_mail|phone|address|method|number|mail|key|contact;
        api|ssh|gpg|deploy|access|secret|public|security key|keys|token|tokens ~~ added|created|generated|deleted|
        leaked|exposed|expire*|revoked|rotated|issued;
        new|your|created|a ~ api|ssh|gpg|deploy|oauth ~ key|token|credentials;
        personal|api|refresh access_token|token; app|application|app_specific password|passwords;
        passkey|passkeys|security_key|fingerprint ~ added|created|removed|registered|was;
        security info|information|question*|settings|phone|details ~~ changed|updated|added|replaced|removed|reset;
        security alert|alerts|notice|warning|notification;
        trusted|recognised|recognized|authorised|registered device|devices|computer;
        authori*|approve|register|confirm ~ this|new|your ~ device|computer|browser|login|phone|sign_in|app;
        magic|one_time|secure|temporary|single_use|passwordless|sign_in|signin|login|log_in|access link|links;
        without ~ password; granted|gained|given|has access ~~ your ~ {_ACCOUNT}; emergency access;
        connected|linked to ~ your ~ {_ACCOUNT};
        email|e_mail|phone|mobile ~~ {_ACCOUNT} ~~ changed|updated|replaced|removed;
        your ~ email|e_mail ~ address ~ changed|updated|has_been;
        online|internet|mobile|telephone banking|e_banking ~~ blocked|access|enrol*|regist*|locked|suspended|
        password|activat*|code|credentials|security|logon|login; payee|beneficiary|recipient ~~ added|new|created;
        added ~~ payee|beneficiary|recipient; new payee|beneficiary|recipient;
        approve|authorise|authorize|confirm|complete|validate|verify ~ your ~ purchase|transfer|payment|transaction|
        withdrawal ... #;
        approve|authorise|authorize|confirm ~ this|your|a|online ~ purchase|transfer|payment|transaction|withdrawal;
        did you ~ make|authorise|authorize|recogni*|approve|attempt ~ transaction|purchase|payment|transfer|charge|
        withdrawal;
        transfer|payment|transaction|withdrawal|purchase confirmation|authorisation|authorization|
        verification required|code|needed; requested ~ withdrawal;
        your|new|card ~ pin ~ ready|reset|changed|view|available|has_been|reminder|is;
        pin reset|reminder|change|changed; new pin; the pin for ~ card; seed|recovery|secret phrase;
        withdrawal|payout address; blocked|locked|frozen|declined|stopped your ~ card;
        otp ~~ removed|configure|changed|added|updated; remove|configure|set_up|enable otp;
        app ~~ set_up|installed|activated ~ new|another ~ phone|device;
        device ~ you ~ dont|do_not ~ usually|recogni*; oauth|access|api token ~~ found|exposed|revoked|public;
        card ~~ blocked|locked|frozen|unblocked|activation; block|freeze|stop your ~ card;
        secure_key|digital_key|security_token|soft_token|digital_token;
        sim|esim ~ swap|change|replacement|activation ~ request*; request* ~~ new|replacement sim|esim;
        port_out|porting|number_transfer|pac|stac ~ pin|code|request;
        transfer|auth|authinfo|epp|authorisation|authorization ~ code ~~ domain;
        domain ~~ unlocked|auth_code|transfer_lock|registrar_lock|transfer_code;
        3d_secure|3_d_secure|3ds|strong_customer_authentication;
        finish|complete|continue ~ signing_in|signing_up|sign_in|logging_in;
        identity|login|account|access credentials|details ~~ password|username|temporary;
        your|new ~ login|access|account|sign_in ~ details|credentials;
        tax|government|personal ~ account ~~ signed_in|accessed; your ~ password;
        password recovery|reset|changed|change|expiry|expired|update; root user; security code;
        confirm|verify|sure|know ~ it_s|it_is|it_was|that_s ~ you;
        finish|complete|continue ~ signing_in|sign_in|logging_in|log_in|login|sign_up|signing_up;
        request*|asked ~ password|pin|passcode; logged_into|logged_in_to|signed_into|signed_in_to ~ your;
        {_ACCOUNT} ~ was|is|been used|being_used|being_registered|logged_into;
        ?# is_the|is_my|is_a|is_your|as_the code|pin|passcode; activation|activate ~ link|user|username|login|code;
        trouble|problem|problems|difficulty|cant|unable ~ logging|signing|log|sign ~ in|on|into;
        wrong|incorrect|failed|invalid password|passcode|pin|attempts|tries; password|pin|passcode tries|attempts;
        use|enter # ~ to confirm|verify|continue|log|sign|complete; someone ~ have your ~ password;
        from a ~ new|unknown|unrecogni*|unusual location|device|browser|country;
        digital|phone|mobile wallet ~ new|another; magic|guard|sudo code; in your ~ account ~ someone|somebody;
        merge your ~ account; your ~ login|log_in|username|credentials; you ~ been locked_out;
        locked_out ~ e_banking|ebanking|banking; lost|lose your ~ password|pin|passcode;
        wants|trying|tries ~ log_in|sign_in|login; access restored;
        access ~ has_been|was ~ restored|blocked|suspended|removed;
        temp|temporary|initial pw|pass|passwd; login|user|username ~ is ~~ pw|pass|temp|passwd;
        activation string|key|number|code; full|complete|delegate|delegated access ~~ mailbox|inbox|account; delegation|delegate added;
        sign_in|login|log_in|access ~ was|is|looks unusual|unfamiliar|suspicious|unexpected|new|different;
        """,
    likely=f"""
        ?confirmation|access|entry|invitation|invite|registration|enrolment|id|authorise code|codes ... #;
        ?access code; ?confirmation code; ?code|passcode|pin|password|token|otp ~ #;
        ?code|passcode|pin|otp|password is; ?# ~ code|pin|passcode; ?enter|use|type|paste ~ code|passcode|pin;
        ?your ~ code; was_it|was_this|was_that|is_this|isnt_this|wasnt|is_it|it_was|not|wasn_t_it|it_really ~ you;
        not me|you secure; yes it s_me|was_me;
        if ~~ didnt|did_not|havent|have_not|dont|do_not|werent|wasnt|was_not|not|never ~~ request*|ask*|make|do|you|
        try|recogni*|change*|initiat*|authori*|sign*|create*|add*|generat*|grant*|turn*|approve*|add|error|expected;
        didnt|did_not ~ try|request|ask|sign|log;
        dont|do_not|never ~ share|give|forward|tell|disclose|reveal|pass ~ this|it|the|code|them; dont|do_not share;
        only ~ give it; secure|protect your ~ {_ACCOUNT};
        create|open|set_up|setup|finish_setting_up|register ~ your|portal|online ~ account; set_up your ~ account;
        {_ACCOUNT} ~ has|was been|created|ready|opened; new passkey|passkey_was;
        email|e_mail address ~ changed|confirm*|was|verified; api key; access recovery; verif* ~ #;
        anyone with this code|link; resolution centre|center;
        valid|works|good only once|for_one|for_10|for_five|for_15|for_ten; used|works|valid|link ~ once;
        someone|somebody ~ tried|trying|attempt*|requested|asked|hopefully|used|accessed|logged|signed;
        unlock|locked ~ account; fraud; stop|decline* ~ payment|transaction|transfer;
        change|changed ~ password|passcode|pin; expired|expires|expiring password; sim swap;
        accessed|access your ~ account; otp|totp; seed|recovery|secret phrase;
        ?code|passcode ~~ need|needed|required; enter|type ~ # ~~ page|app|bank|screen|finish;
        purchase|payment|transaction|transfer|withdrawal ~ to|pending|awaiting|needs ~ confirm|approve|approval|
        confirmation|authorise|authorize; administrator|admin ~ reset|requested|has_requested|added;
        unlock instructions; confirmation|activation|recovery|reset instructions;
        one_click|a_click ~~ account|log_in|activating; forwarding ~ turned_on|enabled|activated|to|was;
        choose ~ a_password; activate your access; email changed|updated;
        straight_into|back_into|directly ~ your account;
        link ~~ next|within|in|for|until ~ hour|hours|minutes|24|48|72|expires; not you; username|user_name|user_id;
        trying|tried to sign|log ~ in; reset|change request|requested; with your password; prove who you_are;
        link|pair|connect ~~ to|with your account; change ~ registrant|owner|ownership;
        approve ~ deny|reject|decline; admin|administrator access; remove|revoke access;
        with this ~ e_mail|email|address|number; confirm ~~ belong*; encrypted|secure message; activation letter;
        username reminder; delete your_account; too many|wrong ~ entries|tries|attempts|times;
        re_authorise|re_authorize|reauthorise|reauthorize|renew|reconnect ~ access|bank|connection|account;
        log_in|sign_in again; forgot|forgotten ~ username|user_name;
        pick|choose ~ new_one|another;
        """,
    hints=f"""
        {_LOGIN}; {_PASSWORD};
        expires|expire|valid|works|ends|stop_working ~~ minutes|mins|min|minute|hour|hours|days; your account;
        verification; unauthori*|unrecogni*|suspicious|security|fraudulent; token|pin|key;
        ignore ~ this|email|message; contact|call us; revoke|revoked|disable; device|devices|browser;
        verify|confirm|authorise|authorize|activate; two_factor|two_step|2_step|2fa|mfa|authenticator;
        credentials|username|user; never ~ ask; passwordless|passkey|passkeys; approve|approved|link ~ your;
        e_banking|ebanking|online_banking;
        """,
    against="""
        
        unsubscribe|newsletter|read_online|view_online|webinar|podcast|episode|watch_now|listen_now|issue|digest|read_more|read_our;
        checkout|%|discount|sale|off_your|voucher|prize|points|survey;
        appointment|notary|lawyer|at_our_office|bring|proof_of_address;
        figma|mock_up|mockup|design|sprint|deploy|release|pull_request|pr|typo|backlog|jira|staging|commented|changelog|funnel|copy_says;
        role|interview|hiring|cv|papers|talks|conference|training|course|candidate;
        attackers|hackers|hacker|criminals|scam|scams|guide|tips|thief;
        cake|dinner|lunch|love|cheers|darling|thanks_for_your_order|thoughts; birthday|kisses|lol|thx;
        your_subscription|renew|reading|articles; quarter|balances|sprint|bug|safari|slides|spreadsheet;
        hi_all|hi_team|hello_everyone|shall_we|can_we; new_on|whats_new|what_s_new;
        users|postmortem|outage|maintenance|root_cause|phishing|clicked;
        course|courses|enrol_now|enroll|learn_how|sale|save_40; neighbourhood|neighborhood|mill_lane|cars|van;
        can_you|could_you|would_you|let_me_know|review_my|tests_are|branch;
        webinar|experts|build|tests|failed_view_log; customers|briefing|this_weekend;
        statement|statements|library|new_release|thanks_for_creating|signature; listen|story|episode|guesses;
        """,
    harmless="""
        promo*|discount|voucher|coupon|gift|gift_card|offer|dress|postal|post|zip|area|dial|dialling|country|
        building|door|gate|entry|front_door|garage|alarm|lock|locker|pickup|pick_up|collection|product|item|source|
        bar|qr|colour|color|error|tax|tracking|order|booking|reservation|sort|swift|member|referral|morse|highway|
        secret|penal|civil|student|wifi|wi_fi|bike|lockbox code|codes|pin|number;
        code|codes review|base|word|words|camp|club|breaker|of_conduct|in_the_branch|for_the_door|style|red;
        meeting|conference|webinar ~ id ... passcode|password|pin ~ #; passcode # ~~ join;
        voucher|coupon|discount|bonus|$ ~~ code ~ #; code # ~ at_checkout|before|until;
        show|present|scan this|the code; code ~ if_you_need ~ cancel; id ~ @number|# ... passcode|password|code|pin;
        your ~ subscription|membership|plan|offer|points expires|expire; secret ingredient|santa|garden|recipe;
        wifi|wi_fi|network|internet|guest ~~ password|passcode|key|code|passwords;
        password|passcode|code|pin ~ for|to|of ~ wifi|wi_fi|gate|door|network|garden|lock|building;
        security deposit|guard|engineer|team|training|awareness|conference|track|patch|update|updates|research*|
        news|newsletter|role|camera|gate|desk|policy|is;
        sign_in|login|log_in|signin|sign_up sheet|page|form|screen|flow|button|design|wall|box|copy|metrics|numbers;
        password reset|resets|change ~ mail|email|e_mail|copy|flow|screen|feature|page|bug|button|template|tests;
        password manager|managers|hash|field|hashing|policy|hygiene|habits|less;
        strong|good|better|weak ~ password|passwords; never|wont|not ~~ ask ~~ code|pin|password|passcode|codes;
        account of|manager|payable|receivable|summary|statement|executive|director|for;
        confirm ~ appointment|subscription|booking|attendance|order|reservation|address_for|receipt|quantities|
        participation; pin board|badge|hole|button|up|number_plate; key fob|points|takeaways|ring|dates;
        into account; reset ~ meeting|router|clock|box|boiler|modem; sign_in with ~ passkey;
        verif* ~ invoice|captions|numbers|measurements|figures|order|quote|quantities;
        recovery time|plan|room|phase; customer|trade account_manager; stolen|steals|steal ~ codes|passwords;
        own sign_in; licence|license|serial|product|activation key; security alert_fatigue;
        pin the|this|it|that|your_tweet; no|none passwords|password|accounts|codes ~ exposed|leaked|stolen;
        never|not|dont ~ share ~ your|any ~ password|passwords|passcodes|codes|pin|code|details;
        passwords|codes|pin|password with anyone; fake|mock reset|sign_in|login|password ~ password;
        exchange|redemption|redeem|referral|key_safe|safe|check ~ code; code ~ at|in ~ till|counter|desk;
        keeping|protect your pin; they|we|it|users|customers ~ cannot|could_not|couldnt|unable ~ log|sign ~ in;
        auth service;
        thanks|thank_you for creating ~ account;
        """,
    explains="""
        parcel|package|locker|courier|driver|rider|delivery|pickup|pick_up|collect|collection;
        booking|reservation|flight|check_in|nights|hotel|table_for|viewing|appointment;
        checkout|discount|voucher|coupon|promo*|%|save|off|gift_card|points|prize|offer;
        door|gate|wifi|wi_fi|alarm|key_safe|turnstile|building;
        meeting_id|zoom|webinar|video_call|meeting_link|dial_in;
        entrance|ticket|tickets|seat|badge|survey|till|counter|exhibition|licence|license;
        """,
)
