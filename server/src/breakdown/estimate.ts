// When all initials of a campaign will be sent, if it goes on as it did in its last hour of sending: the initials that are
// left, laid into the hours in which the campaign is open.

/** What is looked back on. */
const HOUR = `interval '1 hour'`;
/** Who sent nothing for so long says nothing of what comes. */
const LATELY = `interval '7 days'`;
const FURTHEST_DAYS = 400;

// The last hour of sending ends with the newest five minutes in which an initial was sent, or now.
export const ESTIMATE = `
  recent as (
    select least(max(starts_at) + interval '5 minutes', now()) as ends_at
      from activity
     where account_id = $1 and campaign_id = $2 and initials_sent > 0 and starts_at > now() - ${LATELY} and starts_at <= now()
  ),
  pace as (
    select sum(a.initials_sent) / greatest(extract(epoch from r.ends_at - greatest(min(a.starts_at), c.created_at)), 1) as per_second
      from recent r, activity a, campaign c
     where a.account_id = $1 and a.campaign_id = $2 and a.initials_sent > 0
       and a.starts_at > r.ends_at - ${HOUR} and a.starts_at < r.ends_at and c.account_id = $1 and c.id = $2
     group by r.ends_at, c.created_at
  ),
  need as (
    select make_interval(secs => ((b.conversations - b.initials_sent) / p.per_second)::double precision) as time_left,
           greatest(now(), c.sending_starts_at) as begins_at, c.opens_at::time as opens_at, c.closes_at::time as closes_at,
           coalesce(c.time_zone, 'UTC') as zone
      from campaign_analytics b join campaign c on c.account_id = $1 and c.id = b.campaign_id cross join pace p
     where b.account_id = $1 and b.campaign_id = $2 and b.status = 'ACTIVE'
       and b.conversations > b.initials_sent and p.per_second > 0
       and b.conversations - b.initials_sent < p.per_second * 86400 * ${FURTHEST_DAYS}
  ),
  -- Hours that end before they begin end on the next day; without hours a campaign is open all day.
  open as (
    select greatest(begins_at, (day + coalesce(opens_at, '00:00')) at time zone zone) as from_at,
           (day + coalesce(closes_at, '24:00')
             + case when closes_at <= coalesce(opens_at, '00:00') then interval '1 day' else interval '0' end) at time zone zone as until_at
      from need, generate_series((begins_at at time zone zone)::date::timestamp - interval '1 day',
                                 (begins_at at time zone zone)::date::timestamp + interval '${FURTHEST_DAYS} days', interval '1 day') day
  ),
  filled as (
    select until_at, sum(until_at - from_at) over (order by from_at) as time_open from open where until_at > from_at
  ),
  estimate as (
    select until_at - (time_open - time_left) as at from filled, need where time_open >= time_left order by until_at limit 1
  )`;
