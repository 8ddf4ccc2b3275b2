"""How Spanish mail opens accounts, from Madrid to Santiago, and what only sounds like it."""

from __future__ import annotations

from app.rules.security.table import Table

_PASSWORD = "contrasena|contrasenas|contrasenia|contrasea|password|clave|pass"
_KEY = "contrasena|contrasenas|contrasenia|password"
_ACCOUNT = "cuenta|cuentas|perfil|billetera|monedero|usuario|buzon|boveda"
_LOGIN = "inicio_de_sesion|inicios_de_sesion|iniciar_sesion|inicie_sesion|inicia_sesion|iniciaste_sesion|ingreso|acceso|login|conexion|entrada|entrando|ingresando|accediendo"
_TWO = "dos_pasos|2_pasos|dos_factores|doble_factor|segundo_factor|2fa|mfa|doble_autenticacion|doble_verificacion|multifactor|dos_etapas|autenticador"

SPANISH = Table(
    sure=f"""
        codigo|codigos|cod ~ verif*|verfic*|veriif*|seguridad|inicio_de_sesion|autenticacion|autorizacion|
        activacion|validacion|desbloqueo|recuperacion|restablecimiento|un_solo_uso|unico_uso|otp|dos_pasos|
        doble_factor|ingreso|autentificacion|identificacion|firma|respaldo|temporal|uso_unico|transferencia_auth|
        vinculacion|portabilidad|acceso_es;
        codigo ~ de|para ~ iniciar|ingresar|entrar|acceder|autorizar|confirmar|activar|vincular|validar|verificar|
        desbloquear|restablecer|firmar|transferir|trasladar|continuar;
        contrasena|clave|codigo|pin|enlace|frase ~ temporal|provisional|provisoria|provisorio|un_solo_uso|dinamica|
        uso_unico|unico_uso|de_coordenadas|inicial|magico|de_firma|telefonica|de_acceso;
        clave|claves ~ dinamica|unica|de_internet|provisoria|de_transferencia|de_transferencias|de_operaciones|
        digital|bancaria; claveunica; clave de cajero|atm; ?tu|su|el|nuevo codigo|pin|nip|clave ~ es|son ~ #;
        ?# es ~ tu|su ~ codigo|clave|pin|nip; ?tu|su ~ codigo|clave|pin|nip|token|otp ... #;
        ?va|tienes|este_es ~ codigo ... #;
        introduce|ingresa|ingrese|introduzca|escribe|digita|digite|usa|use # ~~ entrar|ingresar|continuar|verificar|
        sesion|confirmar|autorizar|acceder|autorizarla|celular|dispositivo;
        restablec*|reestablec*|recuper*|olvid*|restaur*|resete*|blanque* ~ {_PASSWORD};
        cambi*|crea|crear|cree|defin*|genera|generar|generaste|establec*|actualiza*|modific*|eleg*|elig* ~ tu|su|la|
        una|nueva|de ~ {_KEY}; cambi* ~ tu|su|de|la clave;
        {_KEY}|clave ~~ cambi*|modific*|actualiz*|restablec*|caduc*|vence|expira|expir*|expuest*|filtr*|recuper*|
        comprometid*|olvid*|robad*|aparecio; nueva ~ {_PASSWORD} ~~ cuenta|acceso|generar|firma; nueva|tu|su {_KEY};
        usuario|login ~~ {_PASSWORD}; alguien ~~ tu|su ~ {_KEY}; con tu contrasena;
        nuevo|nueva|nuevos|intento|intentos|registro|registramos|detectamos|inusual|sospechoso ~ inicio_de_sesion|
        inicios_de_sesion|iniciar_sesion|login|entrando|ingresando|accediendo; nuevo|intento|intentos ~ de|un acceso|ingreso; nuevo acceso|ingreso;
        acceso|ingreso|conexion|entrada ~ nuevo|nueva|desconocid*|no_reconocid*|inusual|sospechos*|no_autorizad*|
        otro|otra|bloqueado; {_LOGIN} ~ desde;
        inicio_de_sesion ~ bloqueado|detectado|nuevo|inusual|sospechoso|reciente|en_tu|en_su;
        ingreso|accedio|accedieron|ingresaron|ingresaste|entraron|entro ~ a|en|al ~ tu|su ~ {_ACCOUNT};
        acceso|accesos|ingreso|ingresos ~ a|en ~ tu|su ~ {_ACCOUNT}; cerr* ~ tu|su|la|las|todas ~ sesion|sesiones;
        nuevo|otro|desconocido|nueva|otra dispositivo|equipo|celular|movil|compu|computador|computadora|telefono|
        ordenador|navegador|ubicacion|ip ~~ cuenta|sesion|acce*|vincul*|usando|registr*|anadi*|agreg*|activ*;
        nuevo dispositivo; dispositivo nuevo|desconocido|no_reconocido;
        dispositivo|dispositivos|equipo ~ confianza|autorizad*|registrad*|vinculad*;
        actividad|movimiento|movimientos|operacion|operaciones ~ inusual*|sospechos*|no_reconoc*|extran*|
        no_autorizad*;
        verifi*|confirm*|valid*|valida|autentic* ~ tu|su|de_tu|de_su ~ {_ACCOUNT}|identidad|correo|email|e_mail|
        mail|celular|telefono|dispositivo;
        verific* ~ de_identidad|de_la_cuenta|de_cuenta|de_correo|que_eres_tu|que_es_usted;
        activ* ~ tu|su|la|el|de ~ {_ACCOUNT}|tarjeta|acceso|usuario|clave|token;
        activacion ~ {_ACCOUNT}|tarjeta|usuario;
        {_ACCOUNT} ~ bloquead*|desbloquead*|suspendid*|restringid*|limitad*|inhabilitad*|comprometid*|deshabilitad*|
        congelad*|bloqueamos;
        bloque*|desbloque*|suspend*|limitamos|congel*|recuper*|restringi* ~ tu|su|la ~ {_ACCOUNT};
        recuperacion|recuperar ~ {_ACCOUNT}|acceso;
        {_TWO} ~~ activ*|desactiv*|habilit*|deshabilit*|configur*|elimin*|necesit*|registr*;
        activ*|desactiv*|habilit*|deshabilit*|configur*|restablec* ~ {_TWO}; tu|su {_TWO};
        codigos|correo|telefono|email|direccion|mail|numero|movil|celular|llave|contacto ~ de_recuperacion|
        recuperacion|respaldo|de_respaldo; clave|claves|llave|token ~ ssh|api|acceso_personal|de_api|gpg|de_la_api;
        token ~ digital|de_seguridad|de_acceso|de_firma|creado|activado|vinculado;
        contrasena|clave ~ de_aplicacion|de_aplicaciones|de_app;
        llave|llaves|clave ~ de_acceso ~~ agreg*|anadi*|cre*|elimin*|registr*|passkey ~~ cuenta;
        passkey ~ cuenta|agregada|creada;
        informacion|preguntas|pregunta|datos|configuracion ~ seguridad ~ modific*|actualiz*|cambi*|tu|su|en_tu|
        nueva; nueva informacion de seguridad; alerta|alertas|aviso|notificacion|codigo ~ de_seguridad;
        autoriz* ~ este|tu|su|un|nuevo ~ dispositivo|equipo|celular|navegador|ingreso|acceso|inicio;
        vincul* ~ celular|dispositivo|telefono|equipo;
        enlace|vinculo|link ~ magico|de_acceso|de_inicio|para_entrar|para_ingresar|para_acceder|de_ingreso|iniciar;
        entrar|ingresar|acceder|inicia* ~ sin ~ contrasena|clave; obtuvo|tiene|concedi* ~ acceso ~~ tu|su ~ cuenta;
        acceso de_emergencia; vincul*|conect* ~ a ~ tu|su cuenta;
        correo|email|mail|telefono|celular ~~ cuenta ~~ cambi*|actualiz*|modific*|paso|reemplaz*;
        cambi* ~ correo|email|e_mail|mail|telefono|celular ~~ tu|su ~ cuenta|perfil|usuario;
        banca|banco|sucursal ~ internet|linea|online|movil|digital|electronica|en_linea|virtual ~~ bloque*|acceso|
        ingres*|clave|registr*|activ*|suspend*|entrar|acceder; acceso ~~ banca ~~ bloquead*|suspendid*;
        destinatario|beneficiario|contacto|destinatarios|beneficiarios ~~ inscri*|registr*|agreg*|anadi*|nuevo|alta;
        inscri*|registr*|agreg*|anadi*|alta|nuevo ~~ destinatario|beneficiario; dimos de_alta ~ cuenta|clabe;
        autoriz*|confirm*|aprob*|aprueb*|valid* ~ tu|su|esta|una|la ~ compra|transferencia|pago|operacion|retiro|
        transaccion|movimiento; autoriz* ~ compra|transferencia|pago|operacion;
        solicitaste|solicito|pediste ~ retiro;
        reconoces|reconoce|reconoces_esta|realizaste|hiciste ~ operacion|compra|transaccion|cargo|movimiento|pago|
        transferencia|consumo; pin|nip ~ tarjeta|acceso|portabilidad|ready|disponible|nuevo|de_tu|cambi*;
        ?nuevo|tu|su pin|nip; frase ~ de_recuperacion|semilla; otp ~~ elimin*|actualiz*|configur*|borr*;
        configur*|borrado|actualizacion ~ otp; reinici* ~ contrasena|credenciales|contrasenas|clave;
        app ~~ instal*|activ* ~ otro|nuevo ~ telefono|celular|movil; cambio de_dispositivo;
        fallo|fallido|fallidos ~ inicio_de_sesion|acceso|cuenta;
        cuenta|usuario se_bloqueo|se_suspendio|se_desbloqueo;
        bloque*|desbloque* ~ tu|su|la ~ cuenta|usuario|tarjeta;
        tarjeta ~~ bloquead*|desbloquead*|bloqueamos|bloquear*; bloque* ~ tu|su|la ~ tarjeta;
        sim|chip|esim ~~ solicitud|cambio|reposicion|duplicado ~~ numero|linea|codigo;
        solicitud|cambio|duplicado|reposicion ~ de ~ sim|chip|esim ~~ numero|linea|solicitud|recibimos;
        solicitud ~ cambio|duplicado ~ sim|chip; portar ~ numero;
        codigo|auth ~ auth|authcode|epp|autorizacion|transferencia|traslado ~~ dominio; dominio ~ desbloquead*;
        usuario ~~ bloquead*|desbloquead*;
        3d_secure|autenticacion_reforzada|clave_de_firma|firma_electronica_codigo;
        datos|credenciales ~ de ~ acceso|ingreso|sesion|conexion; tus|sus credenciales;
        completa*|termina*|finaliza* ~ tu|su|el registro|de_crear_tu_cuenta|inicio_de_sesion; contrasena ~ es ~ #;
        blanqueo ~ clave; confirm*|verifi*|comprob*|valid* ~ que ~ eres|es|sos ~ tu|usted|vos;
        termina*|completa*|finaliza*|continua* ~ iniciar_sesion|inicio_de_sesion|ingreso|tu_registro|el_acceso;
        pediste|solicitaste|solicito|pidio|solicitado|pedido ~~ contrasena|clave|pin|nip;
        entraron|accedieron|ingresaron|se_uso|accedio|han_entrado|han_accedido|inicio_sesion|iniciaron_sesion ~ tu|
        su ~ cuenta|perfil; cuenta ~ se ~ registrando|usando|uso|utilizo; ?# ~ es ~ el|tu|su ~ codigo|clave|pin|nip;
        enlace|link|codigo|vinculo de_activacion; activ* ~ tu|su usuario|alta|registro;
        problema|problemas|dificultad* ~ para ~ entrar|ingresar|acceder|iniciar;
        contrasena|clave|pin|nip incorrecta|incorrecto|erronea|erroneo;
        intentos ~ contrasena|clave|pin|acceso|ingreso|fallidos|erroneos;
        usa|use|ingresa|introduce|escribe # ~ para ~ confirmar|entrar|iniciar|acceder|verificar|continuar;
        alguien ~ tenga|tiene|conoce ~ contrasena|clave;
        desde un|una|otro|otra ~ nueva|nuevo|desconocid* ~ ubicacion|dispositivo|equipo|lugar|ip;
        billetera|wallet ~~ telefono|celular|movil|dispositivo ~ nuevo; codigo magico|guardian;
        unir ~ cuentas|cuenta; tus|sus|de ~ credenciales; pin ~~ cambi*;
        cambiaste ~ pin|nip|clave|contrasena|numero|telefono|correo; enrol* ~ clave|dispositivo|celular|token;
        clave|codigo ~ enrolada|enrolado; primer|primera ~ ingreso|clave|contrasena|acceso ~ es|#;
        restablec* ~ tu|su acceso; perdiste|perdio|perdido ~ contrasena|clave|pin|nip;
        quiere|intenta|intento ~ entrar|ingresar|iniciar|acceder; sin acceso ~ banca|cuenta|sucursal;
        aprueb*|aprobar|rechaz* ~ este|el|un ~ ingreso|acceso|inicio;
        cambi* ~ telefono|celular|movil|numero ~ seguridad|recuperacion;
        acceso|accesos ~ poco_habitual|no_habitual|extrano|raro; cadena|llave|numero de_activacion;
        clave|claves|contrasena|contrasenas|pin ~ errada|erradas|erroneas|erroneos|equivocada;
        acceso completo|total|delegado ~~ buzon|cuenta|correo|bandeja; delegado|delegacion ~~ buzon|cuenta|correo;
        login|usuario ~~ pass|clave|contrasena;
        """,
    likely="""
        ?codigo ~ confirmacion|acceso|invitacion|entrada|registro ... #; codigo de_acceso; ?codigo de_confirmacion;
        ?codigo|clave|pin|nip|contrasena|token|otp ~ #; ?# ~ codigo|clave|pin|nip; ?tu|su codigo|clave|pin|nip|otp;
        ?introduce|ingresa|ingrese|introduzca|escribe|digita|pon ~ codigo|clave; fuiste|eres|eras|seas tu|vos;
        fue|es usted; has sido tu; sos vos; si_yo fui; fui yo;
        no_fuiste|no_has_sido|no_sos|no_lo_hiciste|no_fue ~ tu|vos|usted;
        si ~~ no ~ agreg*|anad*|inici*|compr*|envi*|solicit*|pedi*|hiciste|hizo|reconoc*|fuiste|fue|realiz*|activ*|
        cre*|cambi*|autoriz*|registr*|conced*|sido|sos; no ~ reconoces|reconoce|reconocemos|reconoces_esta;
        no_lo|no_la|nunca_lo|nunca_la|no_los|jamas_lo ~ compart*|facilit*|entreg*|revel*|pases|comparta|dar|des|de;
        no|nunca|jamas compart* ~ este|el|la ~ codigo|clave; nadie ~ pedir*|pide|va_a_pedir|compart*;
        proteg* ~ tu|su cuenta; crear|crea|creaste|cree ~ tu|su cuenta; cuenta ~ lista|creada|habilitada;
        enlace ~ caduc*|vence|vigent*|expira; valido|sirve|vale ~ una ~ hora|vez;
        alguien ~ intent*|solicit*|pidio|quiso|inici*; clave api; authenticator; compra ~~ codigo;
        centro de_resoluciones; sin contrasena; intentos fallidos|permitidos;
        cambiala|cambiarla|revocalo|revocala|desbloquearlo; primer ingreso|acceso|inicio; congela* ~ tu|su;
        correo|email|mail ~ verific*|confirm*|valid*; su|tu ~ clave|contrasena;
        sesion ~ nuevo|nueva|otro|desconocido|desde; otp|totp; frase|palabras ~ de_recuperacion|semilla|secreta;
        ?codigo|clave ~~ necesitas|necesita|requerido; introduce|introduzca|ingresa|ingrese ~ #;
        compra|pago|transferencia|retiro|operacion ~ pendiente|por ~ confirmar|autorizar|aprobar|validar;
        administrador ~ solicit*|restablec*|agreg*|anadi*;
        instrucciones ~ desbloque*|confirmacion|restablec*|reinici*|recuper*;
        un_clic|con_un_clic ~~ cuenta|entra|activarla; reenvio ~ activ*|correo;
        accede*|acceso|entra*|entrar ~ directamente|volver ~ cuenta; volver ~ entrar|acceder; recupera* ~ acceso;
        credenciales; coordenadas ~~ tarjeta|pago; correo|email ~ electronico ~ cambiad*|modificad*|cambiando;
        codigo ~ sms; guardian; fraude;
        ingresar|ingrese|ingresa|inicia*|iniciar|entrar|acceder ~ cuenta|banca|portal|app;
        enlace|vinculo ~~ durante|vence|dentro|antes|proxima|en ~ hora|horas|minutos|24|48|72;
        no_fuiste|no_has_sido ~ tu|vos; usuario es|para; intentabas|intentaste|intento ~ entrar|iniciar|acceder;
        demostrar|demuestra quien; digitos #; verificamos; escribe|introduce|teclea|ingresa|marca ~ numero ~ #;
        vincul*|asoci*|conect* ~~ con|a tu|su cuenta; cambio de_titular|de_dueno; aprobar ~ rechazar;
        acceso de_administrador; quita*|revoc* ~ acceso; con esta ~ direccion|cuenta|correo;
        confirmar que ~ pertenece; mensaje cifrado|seguro; carta de_activacion; un_solo_uso|unico_uso;
        borrar|eliminar|eliminada|eliminado tu|su cuenta; nombre de_usuario; tras|demasiados ~ errores|intentos;
        volver|vuelve|vuelva ~ autorizar|conectar|conecta|iniciar; enlace ~ personal; olvide|olvidaste ~ usuario;
        confiar en_el|en_este; verifica este|tu dispositivo|equipo;
        """,
    hints=f"""
        {_LOGIN}; {_KEY}; clave|token|pin|nip;
        vence|expira|caduca|valido|valida|vale|vigente ~~ minutos|min|minuto|hora|horas|dias; tu|su cuenta;
        verific*; seguridad|sospechos*|inusual; ignora*|ignore|haga_caso|hagas_caso ~ correo|mensaje|este;
        llamanos|comunicate|comuniquese|contacto|avisanos|avisenos; revoca*; dispositivo|dispositivos|celular;
        verifica*|confirma*|autoriza*|activa*|valida*; dos_pasos|dos_factores|doble_factor|segundo_factor|2fa|mfa;
        iniciar_sesion|entrar|acceder; usuario|credenciales; vincul*|aprueb*; banca;
        """,
    against="""
        
        darse_de_baja|date_de_baja|cancelar_suscripcion|boletin|leer_en_linea|podcast|episodio|webinar|lee_la_guia|lee_mas|leer_mas|novedades;
        descuento|%|al_pagar|oferta|ofertas|sorteo|puntos|encuesta;
        figma|maqueta|diseno|sprint|version|pr|errata|comento|arreglo|metricas|backlog;
        entrevista|puesto|charla|congreso|curso|convocatoria|candidat*; cita|hora_medica|notaria|traiga|traer;
        trimestre|saldos|sprint|bug|safari; cumple|jaja|ninos; suministro|socia|socio|abono|cupon;
        delincuentes|hacker|estafa|estafas|guia|senales|consejos|ladron;
        mijita|hija|besos|asado|abuela|carino|opiniones; hola_a_todos|hola_todos|que_les_parece|que_os_parece;
        usuarios|caida|mantenimiento|causa|simulacro|phishing|pruebas_pasan; nuevo_curso|inscribete|aprende|ahorra;
        vecinos|barrio|autos|camioneta|puertas; puedes|puede_usted|podes|avisame|cuentame|revisas|dale;
        cartola|extracto|estado_de_cuenta|biblioteca|publicada|compila*|firmar_la_peticion;
        escucha|historia|bitcoins;
        """,
    harmless="""
        codigo|codigos|pin|clave ~ de|del|de_la promocion|promocional|descuento|barras|vestimenta|retiro|recogida|
        reserva|producto|area|edificio|porton|portal|puerta|circulacion|conducta|colores|color|etica|trabajo|civil|
        penal|comercio|pedido|seguimiento|entrega|regalo|la_tarjeta_de_regalo|la_puerta|la_entrada|participacion|
        cliente|wifi|casillero|transito;
        codigo|codigos postal|promocional|promo|qr|secreto|fuente|abierto|civil|penal|nuevos|de_descuento|personal;
        codigo de_la|del|de_los ~ puerta|porton|portal|edificio|tarjeta_de_regalo|alfajores|wifi|sorteo;
        sorteo con_el codigo; id_de_reunion ... codigo ~ acceso|#; localizador|folio|referencia #;
        cupon|descuento|bono|$ ~~ codigo ~ #; presenta*|muestra*|ensena* ~ codigo;
        codigo ~ de ~ oferta|la_sala|sala|cupon|la_caja; id ~ @number|# ... codigo|contrasena|clave;
        seguridad ~ de|en|para ~ hogar|casa|obra|trabajo; clave para_abrir*; pin # ~ repartidor|conductor|mensajero;
        revision de codigo; palabra|palabras clave|claves;
        clave|claves del|de_la|de_esta|secreta|para_un|para_una|para_el ~ exito|semana|porton|jardin|arroz|wifi|
        secreta; claves para; la clave esta|es_no|es_la|es_que|de_todo; mi clave;
        contrasena|clave|password ~ wifi|wi_fi|red|internet; wifi ~ contrasena|clave;
        contrasena segura|fuerte|buena; buena|gestores|gestor ~ contrasena|contrasenas;
        correo|pantalla|pagina|formulario|textos|boton ~ de ~ contrasena|restablecer_contrasena|inicio_de_sesion|
        restablecer; equipo|curso|cursos|responsable|guardia|camara|ingeniero|ingeniera ~ de seguridad;
        nunca|jamas ~ pedir* ~~ clave|claves|codigos|contrasena|codigo;
        cuenta corriente|de_la_cena|de_luz|de_agua|de_gas|de_ahorro|regresiva; estado ~ de ~ cuenta;
        rendicion de_cuentas; numeros de_cuenta;
        acceso ~ al|a_la|a ~ estacionamiento|jardin|pestana|calle|obra|metro|playa|edificio;
        confirm* ~ tu|su|la|el cita|hora|suscripcion|asistencia|reserva|visita|direccion|cantidades;
        confirmacion ~ de reserva|visita|pedido|cita; verifi* ~ la|los|las factura|numeros|pies|medidas|cifras;
        inicio ~ sesiones; iniciar|inicia* sesion con_una; recuperacion de cuentas|contrasenas;
        roban codigos|claves|contrasenas; roba claves|contrasenas|codigos;
        clave de_licencia|de_producto|del_producto; entrada ~ es|gratis|libre;
        ingreso ~ minimo|familiar|anual|mensual|bruto|neto; ninguna|ningun contrasena|clave|cuenta|codigo;
        nunca|no|jamas ~ compart*|entreg*|revel* ~ tu|su|sus|tus ~ clave|claves|contrasena|contrasenas|codigos|
        pin ~ codigos|clave|pin; cuida ~ pin|clave; falso ~~ contrasena;
        codigo|codigos de_canje|de_la_caja|de_la_alarma|secretos|de_acceso_de_la_embajada|socio|qr;
        caja_de_llaves|alarma ~~ codigo ~ #; codigo # ~ en_caja; servicio de_autenticacion; bloqueo de_cuentas;
        gracias por crear ~ cuenta;
        """,
    explains="""
        paquete|casillero|repartidor|mensajero|entrega|retira|retirar|envio;
        reserva|vuelo|noches|hotel|mesa|cita|llegada|localizador;
        descuento|cupon|promocion*|oferta|ofertas|ahorra|puntos|sorteo|regalo|canje;
        puerta|porton|wifi|alarma|caja_de_llaves|torniquete|edificio|portal_es; reunion|videollamada|visio|webinar;
        entrada|entradas|acreditacion|credencial|encuesta|caja|exposicion|licencia;
        """,
)
