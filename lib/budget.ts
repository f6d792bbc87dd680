import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';

/**
 * Tells an address when the month's cost of the account has come to a number of dollars, and when it will by its end. Budgets are
 * of the whole account: costs of one stack are told apart by a tag that only the account's payer can switch on.
 */
export const monthlyBudget = (scope: Construct, address: string, dollars: number): void => {
  const subscribers = [{ subscriptionType: 'EMAIL', address }];
  const over = { comparisonOperator: 'GREATER_THAN', threshold: 100, thresholdType: 'PERCENTAGE' };
  new CfnBudget(scope, 'MonthlyCost', {
    budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: dollars, unit: 'USD' } },
    notificationsWithSubscribers: ['ACTUAL', 'FORECASTED'].map((notificationType) => ({
      notification: { ...over, notificationType },
      subscribers,
    })),
  });
};
