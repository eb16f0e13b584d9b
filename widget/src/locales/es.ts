import type { Messages } from '../boxes/messages.js';

/** Spanish. */
export const es: Messages = {
  language: 'es',
  direction: 'ltr',
  title: 'Estadísticas de la campaña',
  initialsSent: 'Iniciales enviados',
  segments: 'Segmentos',
  replies: 'Respuestas',
  replyPercent: '% de respuesta',
  sendersContacts: 'Remitentes:Contactos',
  autoOptOuts: 'Bajas automáticas',
  manualOptOuts: 'Bajas manuales',
  totalOptOuts: 'Bajas totales',
  initialsSentMeans: 'Conversaciones cuyo mensaje inicial se envió, de todas las conversaciones.',
  segmentsMeans: 'Segmentos SMS de todos los mensajes salientes que no fallaron. Los MMS no suman.',
  repliesMeans:
    'Conversaciones con al menos un mensaje entrante, incluidas las dadas de baja desde entonces.',
  replyPercentMeans:
    'Respuestas por conversación cuyo inicial se envió; las mitades se redondean hacia arriba.',
  sendersContactsMeans: 'Conversaciones por remitente activo, redondeado hacia abajo.',
  autoOptOutsMeans:
    'Conversaciones ahora dadas de baja porque el mensaje entero del contacto fue un término de baja como STOP.',
  manualOptOutsMeans:
    'Conversaciones ahora dadas de baja por un remitente o un administrador en esta campaña.',
  totalOptOutsMeans: 'Bajas automáticas y manuales juntas. Un alta posterior retira la conversación.',
  ofConversations: { one: '{part} de {whole} conversación', other: '{part} de {whole} conversaciones' },
  inInitials: {
    one: '{part} en {whole} conversación cuyo inicial se envió',
    other: '{part} en {whole} conversaciones cuyo inicial se envió',
  },
  ofInitials: {
    one: '{part} de {whole} conversación cuyo inicial se envió',
    other: '{part} de {whole} conversaciones cuyo inicial se envió',
  },
  perSender: 'Conversaciones: {part}. Remitentes activos: {whole}.',
  share: '{part} de {whole}',
  ratio: { one: '1 remitente por {whole} contacto', other: '1 remitente por {whole} contactos' },
  none: 'todavía ninguno',
  loading: 'Conectando…',
  reconnecting: 'Reconectando…',
  stale: 'Sin conexión',
  paused: 'Actualización en pausa',
  DRAFT: 'Borrador',
  ACTIVE: 'En vivo',
  PAUSED: 'En pausa',
  ARCHIVED: 'Finalizada',
  pause: 'Pausar',
  resume: 'Reanudar',
  updated: 'Actualizado: {time}',
  asOf: 'Datos de {time}, {age}',
  FORBIDDEN: 'Esta página no tiene acceso a estas cifras.',
  NOT_FOUND: 'Esta campaña no existe.',
  TOKEN_EXPIRED: 'El acceso a estas cifras ha caducado. Recargue la página para verlas de nuevo.',
  TOKEN_REVOKED: 'El acceso a estas cifras ha terminado.',
  error: 'Estas cifras no están bien configuradas en esta página.',
};
