/*-------------------------------------------------------------------------
 *
 * duty.h
 *	  The housekeeping worker's duty of deleting expired items.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TTL_DUTY_H
#define DYN_TTL_DUTY_H

#include "worker/worker.h"

extern const DynDuty dyn_ttl_duty;

#endif							/* DYN_TTL_DUTY_H */
